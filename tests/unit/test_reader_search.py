"""The search for spans, windows and calibration: against brute force and by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.calibration import Calibration, fit_calibration
from qa.onnx_reader import available_cores, distinct
from qa.reader import Span
from qa.spans import best_spans
from qa.windows import window_starts

logits = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=12)


@given(logits, st.data(), st.integers(1, 8), st.integers(1, 6))
def test_the_search_finds_what_trying_every_span_finds(
    start: list[float], data: st.DataObject, n: int, longest: int
) -> None:
    size = len(start)
    end = data.draw(st.lists(st.integers(-50, 50).map(float), min_size=size, max_size=size))
    found = best_spans(np.array(start, np.float32), np.array(end, np.float32), n, longest)
    tried = sorted(
        (start[i] + end[j] for i in range(size) for j in range(i, min(size, i + longest))),
        reverse=True,
    )
    assert [span.score for span in found] == tried[:n]
    assert all(span.score == start[span.first] + end[span.last] for span in found)
    assert len({(span.first, span.last) for span in found}) == len(found)


def test_there_are_no_spans_in_nothing() -> None:
    assert best_spans(np.zeros(0, np.float32), np.zeros(0, np.float32), 5) == []


@given(st.integers(0, 2_000), st.integers(2, 400), st.data())
def test_windows_cover_the_text_and_overlap(length: int, size: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, size))
    starts = window_starts(length, size, stride)
    assert starts[0] == 0
    assert starts[-1] + size >= length
    assert all(0 < later - sooner <= stride for sooner, later in itertools.pairwise(starts))
    assert all(start + size <= max(length, size) for start in starts)


def test_windows_of_ten_tokens_by_four() -> None:
    assert window_starts(10, 4, 3) == [0, 3, 6]
    assert window_starts(11, 4, 3) == [0, 3, 6, 7]
    assert window_starts(4, 4, 3) == [0]


def test_of_spans_trimmed_to_one_place_the_best_is_kept() -> None:
    spans = [Span(2, 5, 1, 5, 1.0), Span(2, 5, 2, 6, 3.0), Span(0, 5, 0, 5, 2.0)]
    assert distinct(spans, 5) == (spans[1], spans[2])
    assert distinct(spans, 1) == (spans[1],)


def test_platt_scaling_by_hand() -> None:
    assert Calibration(2.0, -1.0).confidence(0.5) == 0.5
    assert Calibration(1.0, 0.0).confidence(math.log(3)) == pytest.approx(3 / 4)
    assert Calibration(1.0, 0.0).confidence(-1e9) == 0.0


def test_a_fitted_calibration_finds_the_chances_it_was_drawn_from() -> None:
    random = np.random.default_rng(5)
    scores = random.normal(0, 4, 20_000)
    right = random.random(20_000) < 1 / (1 + np.exp(-(0.6 * scores - 1)))
    fitted = fit_calibration(scores, right.astype(float))
    assert fitted.slope == pytest.approx(0.6, abs=0.03)
    assert fitted.intercept == pytest.approx(-1, abs=0.06)


def test_separable_scores_give_a_finite_calibration() -> None:
    fitted = fit_calibration([-2.0, -1.0, 1.0, 2.0], [0.0, 0.0, 1.0, 1.0])
    assert math.isfinite(fitted.slope)
    assert fitted.confidence(2) > 0.5 > fitted.confidence(-2)


def test_at_least_one_core_is_found() -> None:
    assert available_cores() >= 1
