"""Figures on small fixed samples of the dev files, while a run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import nn

from qa.spans import best_spans
from qa.squad import SquadQuestion, exact_match, f1, load_squad
from qa.training.batches import collate, grouped
from qa.training.export import STRIDE, WINDOW
from qa.training.features import Feature
from qa.training.model import run_model
from qa.windows import PairTokenizer, window_starts


@dataclass(frozen=True, slots=True)
class DevSample:
    """Some questions of a development file."""

    name: str
    questions: tuple[SquadQuestion, ...]


@dataclass(frozen=True, slots=True)
class _Window:
    question: int
    start: int  # its first token in the context
    feature: Feature


def load_samples(paths: Sequence[Path], size: int) -> list[DevSample]:
    """The same `size` questions of each dev file every time."""
    samples = []
    for path in paths:
        questions = load_squad(path)
        chosen = Random(0).sample(questions, min(size, len(questions)))  # noqa: S311
        samples.append(DevSample(path.name.partition(".json")[0], tuple(chosen)))
    return samples


@torch.no_grad()
def evaluate(
    model: nn.Module, sample: DevSample, tokenizer: PairTokenizer, device: torch.device
) -> dict[str, float]:
    """f1 and exact of the best span of answerable questions; f1 of all at the best threshold."""
    contexts = tokenizer.encode([question.context for question in sample.questions])
    windows = list(_windows(sample, tokenizer))
    best = [(-np.inf, "")] * len(sample.questions)
    by_feature = {id(window.feature): window for window in windows}
    model.eval()
    for group in grouped([window.feature for window in windows], 8_000):
        batch = collate(group).to(device)
        logits = run_model(model, batch)
        starts, ends = logits.start.cpu().numpy(), logits.end.cpu().numpy()
        for row, feature in enumerate(group):
            window = by_feature[id(feature)]
            inside = slice(feature.passage, len(feature.ids) - 1)
            for span in best_spans(starts[row, inside], ends[row, inside], 1):
                score = span.score - float(starts[row, 0] + ends[row, 0])
                if score > best[window.question][0]:
                    offsets = contexts[window.question].offsets[window.start :]
                    first, last = offsets[span.first, 0], offsets[span.last, 1]
                    text = sample.questions[window.question].context[first:last]
                    best[window.question] = (score, text)
    model.train()
    return _figures(sample, best)


def _windows(sample: DevSample, tokenizer: PairTokenizer) -> list[_Window]:
    windows = []
    for number, question in enumerate(sample.questions):
        asked, title, context = tokenizer.encode(
            [question.text, question.title.replace("_", " "), question.context]
        )
        for start in window_starts(len(context), WINDOW, STRIDE):
            made = tokenizer.assemble(asked.ids, title.ids, context.ids[start : start + WINDOW])
            feature = Feature(made.ids, made.second_segment, made.passage, ())
            windows.append(_Window(number, start, feature))
    return windows


def _figures(sample: DevSample, best: Sequence[tuple[float, str]]) -> dict[str, float]:
    golds = [[answer.text for answer in question.answers] for question in sample.questions]
    overlaps = [f1(text, gold) for (_, text), gold in zip(best, golds, strict=True)]
    answerable = [number for number, gold in enumerate(golds) if gold]
    exact = [exact_match(best[number][1], golds[number]) for number in answerable]
    # abstain on all, then answer in the order of falling scores
    gain = [overlap if gold else -1.0 for overlap, gold in zip(overlaps, golds, strict=True)]
    order = np.argsort([-score for score, _ in best], kind="stable")
    reached = (
        len(golds) - len(answerable) + np.concatenate([[0.0], np.cumsum(np.array(gain)[order])])
    )
    return {
        "f1": float(np.mean([overlaps[number] for number in answerable])),
        "exact_match": float(np.mean(exact)),
        "f1_best_threshold": float(reached.max() / len(golds)),
    }
