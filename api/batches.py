"""What a request brings to be ingested: articles in JSON, or files."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.loaders import LoadLimits, Refusal, load_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from index.article import Draft


@dataclass(frozen=True, slots=True)
class DraftBatch:
    """Articles that came as such."""

    drafts: Sequence[Draft]

    def items(self) -> Iterator[Draft | Refusal]:
        """Each draft."""
        yield from self.drafts

    def count(self) -> int:
        """How many they are."""
        return len(self.drafts)

    def discard(self) -> None:
        """Nothing to let go of."""


class UploadBatch:
    """Files that were sent, kept in a temporary folder until their job has ended."""

    def __init__(self, limits: LoadLimits) -> None:
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="dateline-upload-"))
        self._names: list[str] = []

    def add(self, name: str, content: BinaryIO) -> None:
        """Keep a copy of a file; its name says what format it has."""
        with self._path(len(self._names)).open("wb") as copy:
            shutil.copyfileobj(content, copy)
        self._names.append(name)

    def items(self) -> Iterator[Draft | Refusal]:
        """The articles of each file, or why there are none."""
        for number, name in enumerate(self._names):
            yield from load_bytes(name, self._path(number).read_bytes(), self._limits)

    def count(self) -> int:
        """One for each file, but one for each line of a `.jsonl` file."""
        return sum(
            lines_in(self._path(number)) if name.lower().endswith(".jsonl") else 1
            for number, name in enumerate(self._names)
        )

    def discard(self) -> None:
        """Remove the copies."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        # The sender's name never becomes a path.
        return self._folder / str(number)


def lines_in(path: Path) -> int:
    """How many lines a file has, near enough for a progress bar; 1 if it cannot be read.

    It is loading that refuses such a file. A pipe is not opened: that would wait for its writer.
    """
    try:
        if not path.is_file():
            return 1
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) or 1
    except OSError:
        return 1
