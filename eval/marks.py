"""Pages that a program writes in part: between `<!-- NAME -->` and `<!-- /NAME -->`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def fill(page: Path, contents: Mapping[str, str]) -> None:
    """Replace what stands between the marks of each name; the page is written once, or not at all.

    Raises:
        EvaluationError: there is no such page, or a mark is not on it.
    """
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    for name, content in contents.items():
        text = _between(text, name, content, page)
    page.write_text(text, encoding="utf-8")


def _between(text: str, name: str, content: str, page: Path) -> str:
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"(?<={re.escape(opening)}).*?(?={re.escape(closing)})", re.DOTALL)
    if not pattern.search(text):
        known = ", ".join(re.findall(r"<!-- ([^/]\S*) -->", text)) or "none"
        raise EvaluationError(
            f"{page} has no {opening} with a {closing} after it; it has {known}; put the marks in"
        )
    return pattern.sub(lambda _: f"\n{content}\n", text, count=1)
