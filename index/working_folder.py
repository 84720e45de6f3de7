"""Folders that one process works in, cleared away once it is gone, however it ended."""

from __future__ import annotations

import atexit
import os
import shutil
import time
import uuid
from typing import TYPE_CHECKING

import filelock

if TYPE_CHECKING:
    from pathlib import Path

_ATTEMPTS, _PAUSE = 10, 0.05  # seconds


class WorkingFolder:
    """A new folder below another, with a lock beside it that is held as long as it is in use.

    The system frees the lock when the process ends. Process numbers would not do: those of another
    container that shares the disk cannot be seen.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, parent: Path) -> None:
        self.path = parent / f"live-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        # Held by the object and not by a thread: any thread may close it.
        self._lock = filelock.FileLock(_lock_path(self.path), thread_local=False)
        self._lock.acquire(timeout=0)
        atexit.register(self.close)
        try:
            # Only now, so that a folder whose lock is free is always one that was left behind.
            self.path.mkdir()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        atexit.unregister(self.close)
        _remove(self.path)
        _lock_path(self.path).unlink(missing_ok=True)
        self._lock.release()


def drop_abandoned(parent: Path) -> None:
    """Remove working folders whose lock nobody holds."""
    for path in parent.glob("live-*"):
        if not path.is_dir():
            continue
        try:
            with filelock.FileLock(_lock_path(path)).acquire(timeout=0):
                shutil.rmtree(path, ignore_errors=True)
                _lock_path(path).unlink(missing_ok=True)
        except OSError:
            # It is in use, or a full disk has no room for a lock.
            continue


def _remove(folder: Path) -> None:
    """Remove a folder in which a thread may still end what it was writing."""
    for _ in range(_ATTEMPTS):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_PAUSE)


def _lock_path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")
