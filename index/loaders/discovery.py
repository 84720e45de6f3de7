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

    Hidden files and folders below a folder are left out, links to folders are not followed.
    Sidecars are left out everywhere. A file that is named itself is kept whatever its suffix is,
    so that it is refused by name and not silently forgotten.

    Raises:
        InputMissingError: a path does not exist, or a folder cannot be listed.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path, suffixes):
            if not file.name.endswith(SIDECAR_SUFFIX):
                found.setdefault(file.resolve(), file)
    return sorted(found.values())


def _files(path: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in _below(path) if file.suffix.lower() in suffixes)
    elif path.exists():
        yield path
    else:
        raise InputMissingError(f"there is no file or folder {str(path)!r}; check the path")


def _below(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder, onerror=_fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if not name.startswith(".") and file.is_file():
                yield file


def _fail(error: OSError) -> None:
    raise InputMissingError(
        f"the folder {str(error.filename)!r} cannot be listed ({error.strerror}); "
        "check its permissions"
    ) from error
