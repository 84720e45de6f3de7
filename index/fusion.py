"""Combining the ranked lists of the two views."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def min_max(scores: Mapping[int, float]) -> dict[int, float]:
    """Scores moved and scaled to 0..1; a list of equal scores counts as ones."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {key: (score - low) / (high - low) for key, score in scores.items()}


def weighted_sum(
    dense: Sequence[tuple[int, float]], lexical: Sequence[tuple[int, float]], dense_weight: float
) -> list[tuple[int, float]]:
    """Fuse two ranked lists by a weighted sum of their min-max normalised scores.

    A passage missing from a list counts as that list's lowest score. The method is the convex
    combination of Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval"
    (ACM TOIS, 2023).

    Args:
        dense: (passage id, score) in any order.
        lexical: the same.
        dense_weight: between 0 (lexical alone) and 1 (dense alone).

    Returns:
        (passage id, fused score between 0 and 1), best first; equal scores by id.
    """
    by_dense, by_lexical = min_max(dict(dense)), min_max(dict(lexical))
    fused = {
        key: dense_weight * by_dense.get(key, 0.0) + (1 - dense_weight) * by_lexical.get(key, 0.0)
        for key in by_dense.keys() | by_lexical.keys()
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
