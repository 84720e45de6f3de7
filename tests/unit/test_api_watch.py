from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from api.watch import Watcher
from index.archive import WriteLock
from index.article import Draft
from tests.parts import World, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = open_world(tmp_path / "archive")
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path, world: World) -> Iterator[World]:
    """The same archive, as another process has it."""
    made = open_world(tmp_path / "archive")
    yield made
    made.archive.close()


@pytest.fixture
def watcher(world: World) -> Iterator[Watcher]:
    made = Watcher(world.archive, world.views, quiet_seconds=0.2)
    yield made
    made.close()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline
        sleep(0.02)


def test_what_another_process_did_is_seen_and_saved(
    world: World, other: World, watcher: Watcher
) -> None:
    other.put(Draft(id="harbour", body="The harbour is closed."))
    wait_for(lambda: world.views.sequence == 1, 2)
    wait_for(lambda: not world.views.unsaved, 5)


def test_a_save_that_waits_does_not_delay_what_is_seen(
    world: World, other: World, watcher: Watcher
) -> None:
    with WriteLock(world.archive.folder / "views" / "save.lock").held():
        other.put(Draft(id="first", body="The harbour is closed."))
        wait_for(lambda: world.views.sequence == 1, 2)
        sleep(1.5)  # By now it is quiet, and the save waits for the lock.
        other.put(Draft(id="second", body="The harbour is open again."))
        wait_for(lambda: world.views.sequence == 2, 2)
        assert world.views.unsaved


def test_a_failed_save_is_not_tried_again_at_once(
    world: World, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    dense = world.archive.folder / "views" / "dense"
    dense.rename(dense.with_name("away"))
    dense.write_text("in the way")
    world.put(Draft(id="harbour", body="The harbour is closed."))
    sleep(2.5)
    failures = [line for line in caplog.messages if "could not be saved" in line]
    assert len(failures) == 1
    dense.unlink()
    dense.with_name("away").rename(dense)
