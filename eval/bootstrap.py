"""How sure a figure is: bootstrap intervals and paired tests, over questions.

A measure is a `Statistic`: it takes weights of shape (samples, questions) and gives its value
under each row. All ones is the measure itself; counts drawn with replacement are its bootstrap
samples. So every measure, a mean, a ratio or an area, gets its interval in the same way.

Two systems are tested by Fisher's randomisation: each question's values change sides by a coin.
Laid end to end, the questions of both make one statistic (`Ratio`, `Pooled`), and weights of 0 and
1 say which system's values are in: swapping is weighing, for areas as for means.

Sources: Efron and Tibshirani 1993, An Introduction to the Bootstrap (percentile interval);
Smucker, Allan and Carterette 2007, https://doi.org/10.1145/1321440.1321528 (paired tests for
retrieval).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""Weights (samples, questions) to values (samples,); nan where a sample has nothing to measure."""

SAMPLES = 2000
SEED = 20230913
_LEVEL = 0.95
_CELLS = 4_000_000  # weights held at once: 32 MB


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much higher the second of two systems scores on the same questions.

    Attributes:
        p: chance of so large a difference if the two were alike (two-sided); None for measures
            that are neither a `Ratio` nor `Pooled`, where only the interval is given.
    """

    value: float
    low: float
    high: float
    p: float | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A statistic that is a ratio of sums: a mean where every denominator is 1 or 0.

    Attributes:
        numerator: shape (questions,).
        denominator: shape (questions,), 0 for questions that the measure leaves out.
    """

    numerator: Floats
    denominator: Floats

    def __call__(self, weights: Floats) -> Floats:
        """The ratio under each row of weights."""
        return _divide(weights @ self.numerator, weights @ self.denominator)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A statistic of all questions together, such as an area under a curve.

    Attributes:
        make: columns to the statistic; a question of weight 0 must leave no trace in its value.
        columns: what it is made of, each of shape (questions,).
    """

    make: Callable[..., Statistic]
    columns: tuple[NDArray[Any], ...]

    def __call__(self, weights: Floats) -> Floats:
        """The value under each row of weights."""
        return self.make(*self.columns)(weights)


def mean_of(values: Floats) -> Ratio:
    """The mean of values, nan being a question that the measure leaves out."""
    known = ~np.isnan(values)
    return Ratio(np.where(known, values, 0.0), known.astype(np.float64))


def estimate(statistic: Statistic, questions: int, samples: int = SAMPLES) -> Estimate:
    """The value of a statistic and its percentile bootstrap interval; nan if undefined."""
    value = float(statistic(np.ones((1, questions)))[0])
    drawn = np.concatenate([statistic(weights) for weights in _weights(questions, samples)])
    low, high = _interval(drawn)
    return Estimate(value, low, high)


def compare(
    first: Statistic, second: Statistic, questions: int, samples: int = SAMPLES
) -> Difference:
    """Second minus first, both resampled on the same questions."""
    ones = np.ones((1, questions))
    value = float(second(ones)[0] - first(ones)[0])
    drawn = [second(weights) - first(weights) for weights in _weights(questions, samples)]
    low, high = _interval(np.concatenate(drawn))
    both = _end_to_end(first, second)
    p = None if both is None else _randomisation(both, questions, samples)
    return Difference(value, low, high, p)


def _end_to_end(first: Statistic, second: Statistic) -> Statistic | None:
    """One statistic over the questions of the first, then those of the second."""
    if isinstance(first, Ratio) and isinstance(second, Ratio):
        return Ratio(
            np.concatenate([first.numerator, second.numerator]),
            np.concatenate([first.denominator, second.denominator]),
        )
    if isinstance(first, Pooled) and isinstance(second, Pooled):
        pairs = zip(first.columns, second.columns, strict=True)
        return Pooled(first.make, tuple(np.concatenate(pair) for pair in pairs))
    return None


def _randomisation(both: Statistic, questions: int, samples: int) -> float:
    """Fisher's paired randomisation test: each question's two values change sides by a coin."""
    observed = _swapped(both, np.zeros((1, questions)))[0]
    if np.isnan(observed):
        return 1.0
    random = np.random.default_rng(SEED)
    extreme = total = 0
    for size in _batches(questions, samples):
        coins = random.integers(0, 2, size=(size, questions)).astype(np.float64)
        differences = _swapped(both, coins)
        # The tolerance keeps sums of the same numbers in another order from counting as smaller.
        extreme += int(np.sum(np.abs(differences) >= abs(observed) - 1e-10))
        total += size
    return (extreme + 1) / (total + 1)


def _swapped(both: Statistic, coins: Floats) -> Floats:
    """Second minus first where a coin of 1 gives a question's values to the other system."""
    stay = 1.0 - coins
    return both(np.hstack([coins, stay])) - both(np.hstack([stay, coins]))


def _weights(questions: int, samples: int) -> Iterator[Floats]:
    random = np.random.default_rng(SEED)
    chances = np.full(questions, 1.0 / questions)
    for size in _batches(questions, samples):
        yield random.multinomial(questions, chances, size=size).astype(np.float64)


def _batches(questions: int, samples: int) -> list[int]:
    size = max(1, min(samples, _CELLS // max(questions, 1)))
    full, rest = divmod(samples, size)
    return [size] * full + ([rest] if rest else [])


def _interval(drawn: Floats) -> tuple[float, float]:
    if np.all(np.isnan(drawn)):
        return float("nan"), float("nan")
    tail = 100 * (1 - _LEVEL) / 2
    low, high = np.nanpercentile(drawn, [tail, 100 - tail])
    return float(low), float(high)


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result
