"""Several real processes at one archive."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.archive import Archive
from index.errors import ArchiveBusyError
from tests.parts import World, open_world

ROOT = Path(__file__).parents[2]


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    return output


WRITES = """
import sys
from pathlib import Path
from index.article import Draft
from tests.parts import open_world
world = open_world(Path(sys.argv[1]))
name = sys.argv[2]
for n in range(4):
    world.put(Draft(id=f"{name}-{n}", title=name, body=f"The {name} wrote number {n} of these."))
world.put(Draft(id="shared", title="Shared", body=f"The last word is {name}'s."))
world.ingester.remove(f"{name}-0")
assert world.views.sequence >= 6
world.close()
"""


def test_two_processes_write_at_once_and_lose_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    open_world(folder).close()
    writers = [start(WRITES, folder, name) for name in ("heron", "otter")]
    for writer in writers:
        finish(writer)
    world = open_world(folder)
    expected = {f"{name}-{n}" for name in ("heron", "otter") for n in (1, 2, 3)}
    assert set(world.lexical("wrote", 50)) == expected
    assert set(world.dense("anything", 50)) == {*expected, "shared"}
    assert world.archive.sequence() == world.views.sequence == 2 * 6
    assert len(world.archive.versions("shared")) == 2
    world.close()


HOLDS = """
import sys
from pathlib import Path
from index.archive import Archive
archive = Archive(Path(sys.argv[1]))
with archive.writing():
    print("holding", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return open_world(tmp_path / "archive")


def test_who_holds_the_lock_is_said_and_reading_goes_on(world: World) -> None:
    holder = start(HOLDS, world.archive.folder)
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    with (
        pytest.raises(ArchiveBusyError, match=rf"\(process {holder.pid} on .*try again"),
        world.archive._lock.held(wait_seconds=0.2),
    ):
        pass
    assert world.archive.sequence() == 0
    assert world.retriever.search("anything", 3).hits == ()
    holder.stdin.write("\n")
    finish(holder)
    world.close()


def test_the_lock_of_a_killed_process_is_free_and_its_work_undone(world: World) -> None:
    holder = start(HOLDS, world.archive.folder)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate()
    with world.archive._lock.held(wait_seconds=5):
        pass
    assert world.archive.sequence() == 0
    world.close()


KILLED = """
import sys
from pathlib import Path
import index.ingest
from index.article import Draft
from tests.parts import open_world
index.ingest.GROUP_PASSAGES = 3
world = open_world(Path(sys.argv[1]))
drafts = (Draft(id=f"a{n}", body=f"Number {n} said so on Monday.") for n in range(100_000))
def told(progress):
    print(progress.done, flush=True)
world.ingester.ingest(drafts, progress=told)
"""


def test_a_process_killed_while_ingesting_leaves_a_sound_archive(world: World) -> None:
    ingesting = start(KILLED, world.archive.folder)
    assert ingesting.stdout is not None
    while int(ingesting.stdout.readline()) < 8:
        pass
    ingesting.kill()
    ingesting.communicate()
    kept = world.archive.stats().articles
    assert kept >= 6
    assert world.views.catch_up() == kept
    assert set(world.lexical("monday", 10_000)) == {f"a{n}" for n in range(kept)}
    world.close()
    again = open_world(world.archive.folder)
    assert len(again.dense("anything", 10_000)) == kept
    again.close()


SAVES = """
import sys
from pathlib import Path
from index.article import Draft
from tests.parts import open_world
world = open_world(Path(sys.argv[1]))
for n in range(5):
    world.put(Draft(id=f"{sys.argv[2]}-{n}", body=f"A text {n} of {sys.argv[2]}."))
    world.views.save()
world.close()
"""


def test_views_load_whole_while_other_processes_save(world: World, tmp_path: Path) -> None:
    savers = [start(SAVES, world.archive.folder, name) for name in ("heron", "otter")]
    opened = 0
    while any(saver.poll() is None for saver in savers):
        reader = open_world(world.archive.folder)
        found = reader.lexical("text", 100)
        assert len(found) == reader.views.sequence == len(reader.dense("x", 100))
        reader.close()
        opened += 1
        time.sleep(0.05)
    for saver in savers:
        finish(saver)
    assert opened > 0
    last = open_world(world.archive.folder)
    assert len(last.lexical("text", 100)) == 10
    last.close()
    world.close()


def test_another_process_s_change_is_seen_at_the_next_look(world: World) -> None:
    finish(start(SAVES, world.archive.folder, "heron"))
    assert world.views.sequence == 0
    assert Archive(world.archive.folder).sequence() == 5
    assert world.views.catch_up() == 5
    assert len(world.lexical("heron")) == 5
    world.close()
