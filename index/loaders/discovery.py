"""Which files an ingest of these paths means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputMissingError
from index.loaders.metadata import SIDECAR_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def discover(paths: Sequence[Path], suffixes: frozenset[str]) -> list[Path]:
    """The files named, and those of known formats below the folders named; sorted, each once.

    A folder below these that cannot be listed stands for what is in it, and loading it refuses it.
    Hidden files and folders below a folder are left out, links to folders are not followed.
    Sidecars are left out everywhere. A file that is named itself is kept whatever its suffix is,
    so that it is refused by name and not silently forgotten.

    Raises:
        InputMissingError: a path does not exist, or a folder that was named cannot be listed.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path, suffixes):
            if not file.name.endswith(SIDECAR_SUFFIX):
                found.setdefault(file.resolve(), file)
    return sorted(found.values())


def _files(path: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    if path.is_dir():
        yield from _below(path, suffixes)
    elif path.exists():
        yield path
    else:
        raise InputMissingError(f"there is no file or folder {str(path)!r}; check the path")


def _below(folder: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    unlisted: list[Path] = []

    def passed_over(error: OSError) -> None:
        path = Path(error.filename)
        if path == folder:
            raise InputMissingError(
                f"the folder {str(folder)!r} cannot be listed ({error.strerror}); "
                "check its permissions"
            ) from error
        unlisted.append(path)

    for parent, folders, names in os.walk(folder, onerror=passed_over):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if name.startswith(".") or file.suffix.lower() not in suffixes:
                continue
            if _may_be_file(file):
                yield file
    yield from unlisted


def _may_be_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Its folder can be listed but not entered: loading it says so.
        return True
