"""Features -> batches of nearly equal lengths, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from qa.training.config import TrainingConfig
from qa.training.features import Feature, FeatureMaker

_BUCKET = 2_000  # features sorted by length together


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (batch, length); `start` and `end` are distributions over the tokens."""

    ids: Tensor  # int64
    types: Tensor  # int64
    attention: Tensor  # int64: 1 for tokens, 0 for padding
    allowed: Tensor  # bool: passage tokens and [CLS], where a span may start or end
    start: Tensor  # float32
    end: Tensor  # float32
    answerable: Tensor  # float32, shape (batch,)

    @property
    def tokens(self) -> int:
        """Places in the batch, padding included."""
        return self.ids.numel()

    def to(self, device: torch.device) -> Batch:
        """The batch on a device."""
        names = ("ids", "types", "attention", "allowed", "start", "end", "answerable")
        return Batch(*(getattr(self, name).to(device) for name in names))


def collate(features: Sequence[Feature]) -> Batch:
    """One padded batch. The target of a feature without an answer is [CLS]."""
    length = max(len(feature.ids) for feature in features)
    shape = (len(features), length)
    ids, types, attention = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    allowed = torch.zeros(shape, dtype=torch.bool)
    start, end = torch.zeros(shape), torch.zeros(shape)
    for row, feature in enumerate(features):
        size = len(feature.ids)
        ids[row, :size] = torch.from_numpy(feature.ids)
        types[row, feature.second_segment : size] = 1
        attention[row, :size] = 1
        allowed[row, feature.passage : size - 1] = True
        allowed[row, 0] = True
        spans = feature.spans or ((0, 0),)
        for first, last in spans:
            start[row, first] += 1 / len(spans)
            end[row, last] += 1 / len(spans)
    answerable = torch.tensor([float(bool(feature.spans)) for feature in features])
    return Batch(ids, types, attention, allowed, start, end, answerable)


def batches(makers: dict[str, FeatureMaker], config: TrainingConfig) -> Iterator[Batch]:
    """Without end: the collections of `data.first` once, then epoch upon epoch of all others."""
    first = [maker for name, maker in makers.items() if name in config.data.first]
    rest = [maker for name, maker in makers.items() if name not in config.data.first]
    yield from _pass(first, config, Random(config.seed))  # noqa: S311 order, no secret
    epoch = 0
    while rest:
        epoch += 1
        random = Random(config.seed * 1_000 + epoch)  # noqa: S311
        yield from _pass(rest, config, random)


def _pass(
    makers: Sequence[FeatureMaker], config: TrainingConfig, random: Random
) -> Iterator[Batch]:
    features = [feature for maker in makers for feature in maker.epoch(random)]
    random.shuffle(features)
    for place in range(0, len(features), _BUCKET):
        groups = list(grouped(features[place : place + _BUCKET], config.schedule.tokens_per_step))
        random.shuffle(groups)
        yield from (collate(group) for group in groups)


def grouped(features: Sequence[Feature], tokens: int) -> Iterator[list[Feature]]:
    """Groups of neighbours in length that fill at most `tokens` places, padding included."""
    group: list[Feature] = []
    for feature in sorted(features, key=lambda feature: len(feature.ids)):
        if group and (len(group) + 1) * len(feature.ids) > tokens:
            yield group
            group = []
        group.append(feature)
    if group:
        yield group
