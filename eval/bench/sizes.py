"""Bytes on disk and in memory for each passage."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from eval.bench.figures import Figure, Section
from index.archive import Archive

if TYPE_CHECKING:
    from pathlib import Path


def measure(folder: Path, what: str) -> Section:
    """Weigh an archive whose views are saved.

    Args:
        folder: the archive's.
        what: its content in words.
    """
    archive = Archive(folder)
    passages = archive.stats().passages
    archive.erase_traces()
    archive.close()
    parts = {
        "archive": _bytes(folder) - _bytes(folder / "views"),
        "dense view": _bytes(folder / "views" / "dense"),
        "lexical view": _bytes(folder / "views" / "lexical"),
    }
    figures = [
        Figure(f"{part}, on disk", "bytes/passage", (size / passages,))
        for part, size in parts.items()
    ]
    figures.append(Figure("all, on disk", "bytes/passage", (sum(parts.values()) / passages,)))
    after = _resident(folder)
    stages = list(after)
    for before, stage in pairwise(stages):
        if stage == "model":
            continue
        for kind, words in (("anonymous", "own memory"), ("files", "mapped files")):
            added = max(0, after[stage][kind] - after[before][kind])
            figures.append(Figure(f"{stage}, {words}", "bytes/passage", (added / passages,)))
    base = sum(after["model"].values())
    return Section(
        "size",
        f"Size at {passages:,} passages",
        f"{what} Memory is what a process gains by opening each part and searching it; mapped "
        "files are cache that the system takes back when it needs to.",
        tuple(figures),
        (
            f"Before the first passage a process holds {base / 1e6:.0f} MB "
            f"({sum(after['imports'].values()) / 1e6:.0f} MB of libraries, the rest the embedding "
            "model).",
            "A vector is 768 bytes in the archive, 384 numbers of 16 bits, and 384 bytes in the "
            "dense view, which is made of the archive's without embedding.",
        ),
    )


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _resident(folder: Path) -> dict[str, dict[str, int]]:
    done = subprocess.run(  # noqa: S603 - our own module, on a folder we made
        [sys.executable, "-m", "eval.bench.resident", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    after: dict[str, dict[str, int]] = json.loads(done.stdout)
    return after
