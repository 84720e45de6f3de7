"""Pages that a program writes in part: between `<!-- NAME -->` and `<!-- /NAME -->`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def check(page: Path, names: Iterable[str]) -> None:
    """See that each name can be filled.

    Raises:
        EvaluationError: there is no such page, or a mark is not on it.
    """
    text = _text(page)
    for name in names:
        _place(text, name, page)


def fill(page: Path, contents: Mapping[str, str]) -> None:
    """Replace what stands between the marks of each name; the page is written once, or not at all.

    Raises:
        EvaluationError: there is no such page, or a mark is not on it.
    """
    text = _text(page)
    for name, content in contents.items():
        start, end = _place(text, name, page)
        text = f"{text[:start]}\n{content}\n{text[end:]}"
    page.write_text(text, encoding="utf-8")


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8") if page.is_file() else ""


def _place(text: str, name: str, page: Path) -> tuple[int, int]:
    """Where what stands between the marks of a name starts and ends."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    start = text.find(opening) + len(opening)
    end = text.find(closing, start)
    if opening not in text or end < 0:
        known = ", ".join(re.findall(r"<!-- ([^/]\S*) -->", text)) or "none"
        raise EvaluationError(
            f"{page} has no {opening} with a {closing} after it; it has {known}; put the marks in"
        )
    return start, end
