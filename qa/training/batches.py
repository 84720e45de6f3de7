"""Features -> batches of nearly equal lengths, in an order that a seed decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import count
from random import Random

import torch
from torch import Tensor

from qa.training.config import TrainingConfig
from qa.training.features import Feature, FeatureSource

_BUCKET = 2_000  # features sorted by length together


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (batch, length); `start` and `end` are distributions over the tokens.

    The last three are a teacher's logits, of the rows that have a lesson.
    """

    ids: Tensor  # int64
    types: Tensor  # int64
    attention: Tensor  # int64: 1 for tokens, 0 for padding
    allowed: Tensor  # bool: passage tokens and [CLS], where a span may start or end
    start: Tensor  # float32
    end: Tensor  # float32
    answerable: Tensor  # float32, shape (batch,)
    has_lesson: Tensor  # bool, shape (batch,)
    lesson_start: Tensor  # float32
    lesson_end: Tensor  # float32
    lesson_relevance: Tensor  # float32, shape (batch,)

    @property
    def tokens(self) -> int:
        """Places in the batch, padding included."""
        return self.ids.numel()

    def to(self, device: torch.device) -> Batch:
        """The batch on a device."""
        return Batch(*(getattr(self, each.name).to(device) for each in fields(self)))


def collate(features: Sequence[Feature]) -> Batch:
    """One padded batch. The target of a feature without an answer is [CLS]."""
    length = max(len(feature.ids) for feature in features)
    shape = (len(features), length)
    ids, types, attention = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    allowed = torch.zeros(shape, dtype=torch.bool)
    start, end, lesson_start, lesson_end = torch.zeros((4, *shape)).unbind()
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
        if feature.lesson is not None:
            lesson_start[row, :size] = torch.from_numpy(feature.lesson.start)
            lesson_end[row, :size] = torch.from_numpy(feature.lesson.end)
    lessons = [feature.lesson for feature in features]
    return Batch(
        ids,
        types,
        attention,
        allowed,
        start,
        end,
        answerable=torch.tensor([float(bool(feature.spans)) for feature in features]),
        has_lesson=torch.tensor([lesson is not None for lesson in lessons]),
        lesson_start=lesson_start,
        lesson_end=lesson_end,
        lesson_relevance=torch.tensor([lesson.relevance if lesson else 0.0 for lesson in lessons]),
    )


def batches(sources: Mapping[str, FeatureSource], config: TrainingConfig) -> Iterator[Batch]:
    """Without end, epoch upon epoch."""
    for number, features in enumerate(epochs(sources, config)):
        random = Random(f"{config.seed} {number}")  # noqa: S311 order, no secret
        for place in range(0, len(features), _BUCKET):
            bucket = features[place : place + _BUCKET]
            groups = list(grouped(bucket, config.schedule.tokens_per_step))
            random.shuffle(groups)
            yield from (collate(group) for group in groups)


def epochs(sources: Mapping[str, FeatureSource], config: TrainingConfig) -> Iterator[list[Feature]]:
    """The sources of `data.first` once, then without end all others, each time in a new order.

    Raises:
        ValueError: an epoch has no features.
    """
    first = [source for name, source in sources.items() if name in config.data.first]
    rest = [source for name, source in sources.items() if name not in config.data.first]
    for number in count(0 if first else 1):
        random = Random(config.seed * 1_000 + number)  # noqa: S311
        chosen = rest if number else first
        features = [feature for source in chosen for feature in source.epoch(random)]
        if not features:
            names = ", ".join(sources) or "none"
            raise ValueError(f"no input to learn from: see data.repeat; sources given: {names}")
        random.shuffle(features)
        yield features


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
