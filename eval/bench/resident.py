"""`python -m eval.bench.resident FOLDER`: what each part of an archive adds to a process's memory.

A process of its own, because memory that others freed would hide what a part takes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.archive import Archive
from index.article import Filters
from index.dense import DenseView
from index.embedding import load_embedder
from index.lexical import LexicalView

QUERIES = ("president senate vote", "court ruling law", "election campaign", "budget tax bill")
_STATUS = Path("/proc/self/status")


def resident_bytes() -> dict[str, int]:
    """This process's resident memory: its own (`anonymous`) and mapped from files (`files`).

    Raises:
        OSError: the system is not Linux.
    """
    lines = (line.split() for line in _STATUS.read_text(encoding="utf-8").splitlines())
    kilobytes = {words[0]: int(words[1]) for words in lines if words[0].startswith("Rss")}
    return {"anonymous": kilobytes["RssAnon:"] * 1024, "files": kilobytes["RssFile:"] * 1024}


def main(folder: Path) -> dict[str, dict[str, int]]:
    """Open the parts one after another; resident memory after each."""
    after = {"imports": resident_bytes()}
    embedder = load_embedder()
    vector = embedder.embed([QUERIES[0]])[0]
    after["model"] = resident_bytes()
    archive = Archive(folder)
    archive.sources()
    after["archive"] = resident_bytes()
    dense = DenseView(archive, folder / "views" / "dense")
    dense.search(vector, 100, Filters())
    after["dense"] = resident_bytes()
    lexical = LexicalView(archive, folder / "views" / "lexical")
    for query in QUERIES:
        lexical.search(query, 100, Filters())
    after["lexical"] = resident_bytes()
    lexical.close()
    return after


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
