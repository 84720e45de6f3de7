"""Putting files out of the system's page cache, so that a start is a cold one."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROJECT = Path(__file__).parent.parent.parent
PACKAGES = ("index", "qa", "api")


def can_evict() -> bool:
    """Whether this system lets a program do it."""
    return hasattr(os, "posix_fadvise")


def evict(folders: Sequence[Path]) -> None:
    """Put the files below these folders, Python's library, the environment and our code out.

    Pages that a running process has mapped stay: close what uses them first.
    """
    places = [*folders, *(PROJECT / name for name in PACKAGES)]
    places += [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    os.sync()  # pages that are yet to be written cannot be put out
    for file in _files(places):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                path = Path(parent, name)
                if path.is_file() and not path.is_symlink():
                    yield path
