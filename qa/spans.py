"""The search for the best spans in a model's logits: numpy, no loops over tokens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]
MAX_ANSWER_TOKENS = 30


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """First and last token of a span, and the sum of its logits."""

    first: int
    last: int
    score: float


def best_spans(
    start: Logits, end: Logits, n: int, longest: int = MAX_ANSWER_TOKENS
) -> list[TokenSpan]:
    """The n best distinct spans, best first, with first <= last < first + `longest`.

    start, end: logits of the passage's tokens, shape (tokens,).
    """
    tokens = len(start)
    if tokens == 0 or n <= 0:
        return []
    width = min(longest, tokens)
    # scores[i, k] is that of the span of tokens i..i+k
    padded = np.concatenate([end, np.full(width - 1, -np.inf, dtype=end.dtype)])
    scores = start[:, None] + np.lib.stride_tricks.sliding_window_view(padded, width)
    flat = scores.ravel()
    n = min(n, flat.size)
    places = np.argpartition(-flat, n - 1)[:n]
    places = places[np.argsort(-flat[places], kind="stable")]
    return [
        TokenSpan(int(place // width), int(place // width + place % width), float(flat[place]))
        for place in places
        if np.isfinite(flat[place])
    ]
