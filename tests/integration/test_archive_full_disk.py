"""No space left: what was committed is safe, reading goes on, and so does writing afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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

ROOT = Path(__file__).parents[2]
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


def new_process(program: str, *arguments: object) -> str:
    """What a program prints in a process of its own; it starts with a world opened in a folder."""
    opened = "import os, sys\nfrom pathlib import Path\nfrom index import ingest\n"
    opened += "from index.article import Draft\nfrom tests.parts import open_world\n"
    opened += "ingest.LEAST_FREE_BYTES = 0\nworld = open_world(Path(sys.argv[1]))\n"
    done = subprocess.run(
        [sys.executable, "-c", opened + program, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


READS = """
hits = world.retriever.search("harbour", 3).hits
print(*sorted({hit.article.id for hit in hits}), *world.lexical("harbour"))
world.close()
"""
DIES = """
world.put(Draft(id="next", body="Another text of the harbour."))
os._exit(0)
"""
CARRIES_ON = """
Path(sys.argv[2]).unlink()
world.put(Draft(id="next", body="Another text of the harbour."))
print(*sorted(world.lexical("harbour")))
world.close()
"""
REFUSES = """
from index.errors import ArchiveError
try:
    world.ingester.ingest([Draft(id="late", body="Too late. " * 50_000)])
except ArchiveError as error:
    print(error)
world.close()
"""


@pytest.fixture
def closed(disk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of one article that no process has open."""
    monkeypatch.setattr(ingest_module, "LEAST_FREE_BYTES", 0)
    world = open_world(disk / "archive")
    world.put(Draft(id="small", body="A small text of the harbour."))
    world.close()
    return disk / "archive"


@pytest.mark.parametrize("left", [0, 8192, 40_000, 100_000])
def test_a_new_process_reads_on_a_full_disk(closed: Path, disk: Path, left: int) -> None:
    fill(disk, but=left)
    assert new_process(READS, closed).split() == ["small", "small"]


@pytest.mark.parametrize("left", [0, 8192, 40_000])
def test_a_new_process_reads_what_was_never_saved(closed: Path, disk: Path, left: int) -> None:
    """The process that wrote it was killed, so the views are behind the archive."""
    new_process(DIES, closed)
    fill(disk, but=left)
    found = new_process(READS, closed).split()
    assert found[:2] == ["next", "small"]
    assert sorted(found[2:]) == ["next", "small"]


def test_a_new_process_reads_without_any_view_on_disk(closed: Path, disk: Path) -> None:
    shutil.rmtree(closed / "views")
    fill(disk)
    assert new_process(READS, closed).split() == ["small", "small"]


def test_a_process_that_began_on_a_full_disk_writes_when_there_is_room(
    closed: Path, disk: Path
) -> None:
    filler = fill(disk)
    assert new_process(CARRIES_ON, closed, filler).split() == ["next", "small"]
    again = open_world(closed)
    assert set(again.dense("harbour")) == set(again.lexical("harbour")) == {"small", "next"}
    again.close()


def test_a_new_process_says_that_it_cannot_write(closed: Path, disk: Path) -> None:
    fill(disk)
    assert "free some space" in new_process(REFUSES, closed)
    assert new_process(READS, closed).split() == ["small", "small"]
