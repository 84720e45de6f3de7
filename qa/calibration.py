"""Scores -> the chance that an answer is right."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling: 1 / (1 + exp(-(slope * score + intercept))).

    Platt 1999, "Probabilistic outputs for support vector machines".
    """

    slope: float
    intercept: float

    def confidence(self, score: float) -> float:
        """The chance, in [0, 1], that the best span with this score is right."""
        logit = self.slope * score + self.intercept
        return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def fit_calibration(scores: ArrayLike, right: ArrayLike, steps: int = 50) -> Calibration:
    """Maximum likelihood by Newton's method, with Platt's smoothed targets.

    scores: shape (n,); right: shape (n,), 1.0 where the answer was right.
    """
    x = np.asarray(scores, dtype=np.float64)
    labels = np.asarray(right, dtype=np.float64)
    positive = labels.sum()
    negative = len(labels) - positive
    y = np.where(labels > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))
    design = np.stack([x, np.ones_like(x)], axis=1)
    weights = np.zeros(2)
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -500, 500)))
        gradient = design.T @ (chance - y)
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-9 * np.eye(2)
        move = np.linalg.solve(curvature, gradient)
        weights -= move
        if np.abs(move).max() < 1e-10:
            break
    return Calibration(float(weights[0]), float(weights[1]))
