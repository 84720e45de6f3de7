"""The articles measured on: a slice of a bulk file where there is one, else the samples."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from index.article import Draft
from index.chunking import sentence_spans
from index.loaders import discover, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SAMPLES = Path(__file__).parent.parent / "data" / "articles"


@dataclass(frozen=True)
class Articles:
    """Articles as lines of a `.jsonl` file."""

    label: str
    """What they are, in words."""
    lines: tuple[str, ...]

    @cached_property
    def titles(self) -> list[str]:
        """Their titles, in order."""
        return [json.loads(line)["title"] for line in self.lines]

    @cached_property
    def sentences(self) -> list[str]:
        """All their sentences, with the white space that follows each."""
        bodies = [json.loads(line)["text"] for line in self.lines]
        return [body[s.start : s.end] for body in bodies for s in sentence_spans(body)]

    def parts(self, count: int) -> Iterator[tuple[str, ...]]:
        """The lines dealt out into parts of like size."""
        for first in range(count):
            yield self.lines[first::count]

    def recombined(self, sentences: int, seed: random.Random) -> str:
        """A body of sentences drawn from all articles."""
        return "".join(seed.choices(self.sentences, k=sentences))


def articles_at(path: Path, count: int) -> Articles:
    """That many articles, evenly spread over a `.jsonl` or `.jsonl.gz` file of them.

    Where the file is missing these are the sample articles that come with Dateline.
    """
    if not path.is_file():
        return Articles("the sample articles", tuple(_sample_lines()))
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    kept = _spread(lines, count)
    return Articles(f"{len(kept):,} of the {len(lines):,} articles of {path.name}", tuple(kept))


def _spread(lines: Sequence[str], count: int) -> list[str]:
    step = max(1.0, len(lines) / count)
    return [lines[int(number * step)] for number in range(min(count, len(lines)))]


def _sample_lines() -> Iterator[str]:
    for file in discover([SAMPLES]):
        for draft in load(file):
            if isinstance(draft, Draft):
                line = {"_id": draft.id, "title": draft.title, "text": draft.body}
                yield json.dumps(line, ensure_ascii=False) + "\n"
