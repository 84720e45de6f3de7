"""A sweep shows what its set allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.bootstrap import Estimate
from eval.sweep import SHOWN, Point, as_markdown, plot

SOME = Estimate(0.5, 0.4, 0.6)


@pytest.mark.parametrize("shown", [SHOWN, SHOWN[:2], ()])
def test_measures_that_the_set_does_not_allow_are_left_out_of_the_plot(
    tmp_path: Path, shown: tuple[str, ...]
) -> None:
    points = [Point("passages_read", n, dict.fromkeys(shown, SOME), SOME) for n in (4.0, 8.0)]
    plot(points, tmp_path / "sweep.png", {"passages_read": 8})
    assert (tmp_path / "sweep.png").read_bytes().startswith(b"\x89PNG")


def test_a_table_has_a_line_for_each_value_and_a_column_for_each_measure() -> None:
    points = [Point("passages_read", n, dict.fromkeys(SHOWN[:2], SOME), SOME) for n in (4.0, 8.0)]
    head, _, first, second = as_markdown(points).splitlines()
    assert head == "| setting | value | `f1` | `passage_Success@5` | milliseconds, p50 |"
    assert first.startswith("| `passages_read` | 4 | **0.500** 0.400-0.600 |")
    assert second.startswith("| `passages_read` | 8 |")
