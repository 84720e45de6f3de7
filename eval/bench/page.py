"""Putting measured figures into the page that reports them, between its marks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eval.bench.tables import markdown
from eval.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from eval.bench.figures import Section


def rewrite(page: Path, machine: str, sections: Sequence[Section]) -> None:
    """Replace what stands between `<!-- bench:KEY -->` and `<!-- /bench:KEY -->`.

    Raises:
        EvaluationError: a mark is not there.
    """
    text = page.read_text(encoding="utf-8")
    text = _between(text, "machine", machine, page)
    for section in sections:
        text = _between(text, section.key, markdown(section), page)
    page.write_text(text, encoding="utf-8")


def _between(text: str, key: str, content: str, page: Path) -> str:
    opening, closing = f"<!-- bench:{key} -->", f"<!-- /bench:{key} -->"
    pattern = re.compile(f"(?<={re.escape(opening)}).*?(?={re.escape(closing)})", re.DOTALL)
    if not pattern.search(text):
        raise EvaluationError(f"{page} has no {opening} with a {closing} after it; put them in")
    return pattern.sub(lambda _: f"\n{content}\n", text, count=1)
