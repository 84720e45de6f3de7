"""Intervals and paired tests: laws that hold for any scores, and cases worked by hand."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.bootstrap import Pooled, Ratio, compare, estimate, mean_of
from eval.metrics import area_under_risk, auroc, calibration_error, percentile

NAN = float("nan")


def test_the_value_is_the_mean_of_the_questions_measured():
    figure = estimate(mean_of(np.array([1.0, 0.0, NAN, 1.0])), 4)
    assert figure.value == pytest.approx((1 + 0 + 1) / 3)
    assert figure.low < figure.value < figure.high


def test_a_ratio_divides_sums():
    ratio = Ratio(np.array([2.0, 0.0]), np.array([3.0, 1.0]))
    assert estimate(ratio, 2).value == pytest.approx((2 + 0) / (3 + 1))


def test_equal_scores_leave_no_uncertainty():
    figure = estimate(mean_of(np.ones(50)), 50)
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)


def test_nothing_measured_is_nan_and_no_crash():
    figure = estimate(mean_of(np.array([NAN, NAN])), 2)
    assert math.isnan(figure.value)
    assert math.isnan(figure.low)


def test_the_interval_of_a_share_is_near_the_normal_approximation():
    """For 400 questions of which 300 are right: 0.75 +- 1.96 sqrt(0.75 * 0.25 / 400)."""
    figure = estimate(mean_of(np.array([1.0] * 300 + [0.0] * 100)), 400)
    half = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert figure.low == pytest.approx(0.75 - half, abs=0.006)
    assert figure.high == pytest.approx(0.75 + half, abs=0.006)


def test_the_interval_agrees_with_scipy():
    scores = np.random.default_rng(3).beta(4, 2, size=150)
    ours = estimate(mean_of(scores), 150, samples=5000)
    theirs = stats.bootstrap(
        (scores,), np.mean, method="percentile", n_resamples=5000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours.low == pytest.approx(theirs.low, abs=0.004)
    assert ours.high == pytest.approx(theirs.high, abs=0.004)


def test_the_same_scores_give_the_same_interval_every_time():
    scores = np.random.default_rng(7).random(40)
    assert estimate(mean_of(scores), 40) == estimate(mean_of(scores), 40)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_the_interval_lies_within_the_scores(scores):
    figure = estimate(mean_of(np.array(scores)), len(scores), samples=200)
    assert min(scores) - 1e-9 <= figure.low <= figure.high <= max(scores) + 1e-9


def test_a_system_compared_with_itself_differs_by_nothing():
    scores = mean_of(np.random.default_rng(5).random(30))
    difference = compare(scores, scores, 30)
    assert (difference.value, difference.low, difference.high) == (0, 0, 0)
    assert difference.p == 1.0


def test_the_paired_test_counts_the_ways_to_swap_the_two():
    """Better by the same amount on all of 6 questions: 2 of the 2^6 swaps are as extreme."""
    first, second = mean_of(np.zeros(6)), mean_of(np.full(6, 0.5))
    difference = compare(first, second, 6, samples=20_000)
    assert difference.value == pytest.approx(0.5)
    assert difference.p == pytest.approx(2 / 2**6, abs=0.004)


def test_pairing_sees_a_small_gain_that_separate_intervals_hide():
    first = np.random.default_rng(2).random(200)
    second = np.clip(first + 0.01, 0, 1)
    difference = compare(mean_of(first), mean_of(second), 200)
    assert difference.low > 0
    assert difference.p < 0.001
    apart = [estimate(mean_of(scores), 200) for scores in (first, second)]
    assert apart[0].high > apart[1].low


def test_the_paired_test_agrees_with_scipy():
    random = np.random.default_rng(11)
    first = random.random(60)
    second = np.clip(first + random.normal(0.04, 0.15, 60), 0, 1)
    expected = stats.permutation_test(
        (second, first),
        lambda a, b: np.mean(a - b),
        permutation_type="samples",
        n_resamples=9999,
        rng=np.random.default_rng(1),
    ).pvalue
    p = compare(mean_of(first), mean_of(second), 60, samples=9999).p
    assert p == pytest.approx(expected, abs=0.02)


def by_all_swaps(make, first, second):
    """The chance of so large a difference over all ways to swap questions, each made anew."""
    ones = np.ones((1, len(first[0])))

    def difference(swap):
        one = [np.where(swap, b, a) for a, b in zip(first, second, strict=True)]
        other = [np.where(swap, a, b) for a, b in zip(first, second, strict=True)]
        return abs(make(*other)(ones)[0] - make(*one)(ones)[0])

    swaps = [np.array(swap) for swap in product([False, True], repeat=len(first[0]))]
    observed = difference(swaps[0])
    return np.mean([difference(swap) >= observed - 1e-10 for swap in swaps])


@pytest.mark.parametrize("make", [auroc, area_under_risk, calibration_error])
def test_areas_are_tested_by_swapping_the_values_they_are_made_of(make):
    random = np.random.default_rng(4)
    sure = np.round(random.random((2, 10)), 1)  # with ties
    if make is auroc:
        columns = [(each, np.arange(10) < 6) for each in sure]
    else:
        columns = [(each, random.integers(0, 2, 10).astype(float)) for each in sure]
    difference = compare(*(Pooled(make, each) for each in columns), 10, samples=20_000)
    expected = by_all_swaps(make, *columns)
    assert 0.01 < expected < 0.99
    assert difference.p == pytest.approx(expected, abs=0.015)


def test_an_area_far_better_on_many_questions_is_no_chance():
    positive = np.array([True, False] * 20)
    good = Pooled(auroc, (np.where(positive, 0.9, 0.1), positive))
    poor = Pooled(auroc, (np.random.default_rng(1).random(40), positive))
    difference = compare(poor, good, 40)
    assert difference.low > 0
    assert difference.p < 0.01
    assert compare(good, good, 40).p == 1.0


def test_another_statistic_is_compared_by_its_interval_alone():
    slow, quick = (percentile(np.arange(40.0) + add, 0.5) for add in (5.0, 0.0))
    difference = compare(slow, quick, 40)
    assert difference.value == -5
    assert difference.p is None
