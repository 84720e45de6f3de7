"""What a benchmark hands back: figures with their spread, in sections."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure's median should reach."""

    value: float
    at_least: bool

    def met(self, reached: float) -> bool:
        """Whether it does."""
        return reached >= self.value if self.at_least else reached <= self.value

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.value:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured, once or many times."""

    name: str
    unit: str
    values: tuple[float, ...]
    aim: Aim | None = None

    @property
    def p50(self) -> float:
        """The median."""
        return float(np.median(self.values))

    @property
    def p95(self) -> float:
        """The 95th percentile, interpolated."""
        return float(np.percentile(self.values, 95))

    @property
    def low(self) -> float:
        """The smallest value."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The largest value."""
        return max(self.values)


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together."""

    key: str
    """What `--only` calls it."""
    title: str
    how: str
    """How they were taken, in a sentence or two."""
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()
    """What to know beside the figures, such as the share of the machine's limit reached."""

    def figure(self, name: str) -> Figure:
        """The figure with this name."""
        return next(figure for figure in self.figures if figure.name == name)
