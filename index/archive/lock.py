"""One process writes at a time; the lock says which."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from index.errors import ArchiveBusyError, ArchiveError, ArchiveFullError

if TYPE_CHECKING:
    from collections.abc import Iterator


class WriteLock:
    """A lock between processes (and threads) on a folder, which the system frees if one dies."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self, *, wait_seconds: float = 30.0) -> Iterator[None]:
        """Hold the lock.

        Raises:
            ArchiveBusyError: someone else held it all the while; the message says who.
            ArchiveFullError: no space is left for the lock's file.
            ArchiveError: the lock's file cannot be written for another reason.
        """
        lock = filelock.FileLock(self._path)
        try:
            lock.acquire(timeout=wait_seconds)
        except filelock.Timeout:
            raise ArchiveBusyError(
                f"{self.holder()} is writing to {self._path.parent}; try again when it is done"
            ) from None
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise ArchiveFullError(
                    f"no space is left to write to {self._path.parent}; what was committed is "
                    "safe: free some space and run the same command again"
                ) from error
            raise ArchiveError(
                f"{self._path.parent} cannot be written to ({error.strerror}); check that the "
                "folder is there and its permissions"
            ) from error
        try:
            # It only serves a message, and on a full disk reading must stay possible.
            with suppress(OSError):
                self._holder_path.write_text(json.dumps(_this_process()), encoding="utf-8")
            yield
        finally:
            lock.release()

    def holder(self) -> str:
        """Who wrote last, or holds the lock now, in words."""
        try:
            known = json.loads(self._holder_path.read_text(encoding="utf-8"))
            return (
                f"{known['command']} (process {known['pid']} on {known['host']}, "
                f"since {known['since']})"
            )
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"

    @property
    def _holder_path(self) -> Path:
        return self._path.with_suffix(".holder.json")


def _this_process() -> dict[str, str | int]:
    return {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": Path(sys.argv[0] or "python").name,
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
