"""Fusing two ranked lists, worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import min_max, weighted_sum

SCORES = st.dictionaries(st.integers(0, 30), st.floats(-10, 50), max_size=12)


def test_scores_are_moved_and_scaled() -> None:
    assert min_max({1: 3.0, 2: 5.0, 3: 4.0}) == {1: 0.0, 2: 1.0, 3: (4 - 3) / (5 - 3)}


def test_equal_scores_count_as_ones() -> None:
    assert min_max({1: 0.3, 2: 0.3}) == {1: 1.0, 2: 1.0}
    assert min_max({1: -7.0}) == {1: 1.0}


def test_nothing_stays_nothing() -> None:
    assert min_max({}) == {}
    assert weighted_sum([], [], 0.6) == []


def test_the_sum_is_weighted() -> None:
    dense = [(1, 0.9), (2, 0.5), (3, 0.1)]
    lexical = [(3, 12.0), (2, 6.0), (4, 4.0)]
    fused = dict(weighted_sum(dense, lexical, 0.6))
    assert fused == pytest.approx(
        {
            1: 0.6 * 1 + 0.4 * 0,
            2: 0.6 * (0.5 - 0.1) / (0.9 - 0.1) + 0.4 * (6 - 4) / (12 - 4),
            3: 0.6 * 0 + 0.4 * 1,
            4: 0.6 * 0 + 0.4 * 0,
        }
    )


def test_the_best_comes_first_and_ties_go_by_id() -> None:
    assert [key for key, _ in weighted_sum([(9, 1.0), (4, 1.0)], [(7, 1.0), (5, 1.0)], 0.5)] == [
        4,
        5,
        7,
        9,
    ]


@pytest.mark.parametrize(("weight", "best"), [(1.0, 1), (0.0, 2)])
def test_a_weight_at_an_end_leaves_the_other_list_without_a_say(weight: float, best: int) -> None:
    fused = weighted_sum([(1, 2.0), (2, 1.0)], [(2, 8.0), (1, 3.0)], weight)
    assert fused == [(best, 1.0), (3 - best, 0.0)]


@given(SCORES, SCORES, st.floats(0, 1))
def test_every_passage_comes_once_within_bounds_in_order(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    fused = weighted_sum(list(dense.items()), list(lexical.items()), weight)
    assert sorted(key for key, _ in fused) == sorted(dense.keys() | lexical.keys())
    assert all(-1e-9 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda item: (-item[1], item[0]))


@given(SCORES, SCORES, st.floats(0, 1))
def test_the_order_given_does_not_matter(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    forward = weighted_sum(list(dense.items()), list(lexical.items()), weight)
    backward = weighted_sum(list(dense.items())[::-1], list(lexical.items())[::-1], weight)
    assert forward == backward
