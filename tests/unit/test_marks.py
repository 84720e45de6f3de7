"""A program's part of a page stands between its marks and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from eval.errors import EvaluationError
from eval.marks import fill

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "Before\n<!-- a:one -->\nold\n<!-- /a:one -->\nbetween\n<!-- two -->\n<!-- /two -->\nafter\n"


def test_only_what_stands_between_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    for _ in range(2):
        fill(page, {"a:one": "new \\1", "two": "second"})
    assert page.read_text() == PAGE.replace("old", "new \\1").replace(
        "<!-- two -->\n", "<!-- two -->\nsecond\n"
    )


@pytest.mark.parametrize("text", [None, "nothing here\n", PAGE.replace("/two", "two")])
def test_a_page_without_a_mark_is_left_alone(tmp_path: Path, text: str | None) -> None:
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text)
    with pytest.raises(EvaluationError, match=r"page\.md has no <!-- "):
        fill(page, {"a:one": "new", "two": "second"})
    assert (page.read_text() if text is not None else None) == text
