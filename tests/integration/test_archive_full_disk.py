"""No space left: what was committed is safe, reading goes on, and so does writing afterwards."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import ingest as ingest_module
from index.article import Draft
from index.errors import ArchiveError, ArchiveFullError
from tests.parts import World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator

BIG = Draft(id="big", body="\n".join(f"Line {n} of a very large text." for n in range(6_000)))


def test_a_file_that_may_not_grow_is_full(tmp_path: Path) -> None:
    """SQLite's own limit on a file's size stands for a disk; it needs no privilege."""
    world = open_world(tmp_path)
    world.put(Draft(id="small", body="A small text of the harbour."))
    world.archive._database.connection.execute("PRAGMA max_page_count = 40")
    with pytest.raises(ArchiveFullError, match="what was committed is safe"):
        world.ingester.ingest([BIG])
    assert world.archive.stats().articles == 1
    assert world.lexical("harbour") == ["small"]
    world.archive._database.connection.execute("PRAGMA max_page_count = 1000000")
    world.put(Draft(id="next", body="Another text of the harbour."))
    assert set(world.lexical("harbour")) == {"small", "next"}
    world.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    made = open_world(disk / "archive")
    yield made
    made.close()


def fill(disk: Path, *, but: int = 0) -> Path:
    """Leave only so many bytes."""
    filler = disk / "filler"
    descriptor = os.open(filler, os.O_WRONLY | os.O_CREAT)
    with suppress(OSError):
        while True:
            os.write(descriptor, bytes(4096))
    os.ftruncate(descriptor, max(0, os.fstat(descriptor).st_size - but))
    os.close(descriptor)
    return filler


def test_an_ingest_says_so_before_the_disk_is_full(world: World) -> None:
    with pytest.raises(ArchiveFullError, match="less than 64 MB are left"):
        world.ingester.ingest([Draft(body="Too late.")])
    assert world.archive.sequence() == 0


@pytest.mark.parametrize("left", [0, 100_000])
def test_a_full_disk_stops_writing_not_reading(
    world: World, disk: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    monkeypatch.setattr(ingest_module, "LEAST_FREE_BYTES", 0)
    world.put(Draft(id="small", body="A small text of the harbour."))
    filler = fill(disk, but=left)
    with pytest.raises(ArchiveError):
        world.ingester.ingest([BIG])
    assert world.archive.stats().articles == 1
    assert [hit.article.id for hit in world.retriever.search("harbour", 3).hits] == ["small"]
    world.views.save()
    filler.unlink()
    world.put(Draft(id="next", body="Another text of the harbour."))
    assert set(world.lexical("harbour")) == {"small", "next"}
    world.views.save()
    again = open_world(world.archive.folder)
    assert set(again.dense("harbour")) == {"small", "next"}
    again.close()
