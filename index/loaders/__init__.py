"""Files to articles: one loader a format, all behind `load` and `load_bytes`.

A file that cannot be read never stops the others: it becomes a `Refusal` that says why. Metadata
is taken from the file, then replaced by that of its sidecar (`<file>.meta.json`), then by what is
given from outside.
"""

from __future__ import annotations

import stat
from io import BytesIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO

from index.errors import InputError, LoadError
from index.loaders import discovery
from index.loaders.docx import load_docx
from index.loaders.html import load_html
from index.loaders.jsonl import load_jsonl, title_from
from index.loaders.markdown import load_markdown
from index.loaders.metadata import assemble, read_sidecar
from index.loaders.pdf import load_pdf
from index.loaders.records import Loaded, LoadLimits, Metadata, Overrides, RawFile, Refusal
from index.loaders.text import load_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.article import Draft

__all__ = ["SUFFIXES", "LoadLimits", "Overrides", "Refusal", "discover", "load", "load_bytes"]

_LOADERS: dict[str, Callable[[RawFile], Loaded]] = {
    ".txt": load_text,
    ".md": load_markdown,
    ".html": load_html,
    ".htm": load_html,
    ".pdf": load_pdf,
    ".docx": load_docx,
}
_LINES = ".jsonl"
SUFFIXES = frozenset(_LOADERS) | {_LINES}
"""The suffixes of the formats that can be read, in lower case."""

_NO_LIMITS_GIVEN = LoadLimits()
_NOTHING_GIVEN = Overrides()


def discover(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those of known formats below the folders named; sorted, each once.

    Raises:
        InputMissingError: a path does not exist, or a folder that was named cannot be listed.
    """
    return discovery.discover(paths, SUFFIXES)


def load(
    path: Path, limits: LoadLimits = _NO_LIMITS_GIVEN, overrides: Overrides = _NOTHING_GIVEN
) -> Iterator[Draft | Refusal]:
    """The article of a file, or each of a `.jsonl` file's; what cannot be read is a refusal.

    Args:
        path: the file.
        limits: how much it may cost. It is refused by its size before it is read.
        overrides: metadata that wins over the file's and its sidecar's.
    """
    try:
        information = path.stat()
        if stat.S_ISDIR(information.st_mode):
            raise LoadError("it is a folder that cannot be listed; check its permissions")
        if not stat.S_ISREG(information.st_mode):
            raise LoadError("it is not a regular file; name a file or a folder")
        _check_size(path, information.st_size, limits)
        sidecar = read_sidecar(path)
        with path.open("rb") as stream:
            yield from _read(path, stream, limits, sidecar, overrides)
    except (InputError, OSError) as error:
        yield _refusal(str(path), error)


def load_bytes(
    name: str,
    data: bytes,
    limits: LoadLimits = _NO_LIMITS_GIVEN,
    overrides: Overrides = _NOTHING_GIVEN,
) -> Iterator[Draft | Refusal]:
    """The same for a file that was sent: its name says what it is.

    Args:
        name: the file's name with its suffix.
        data: its content.
        limits: how much it may cost.
        overrides: metadata that wins over the file's.
    """
    try:
        _check_size(PurePath(name), len(data), limits)
        yield from _read(PurePath(name), BytesIO(data), limits, Metadata(), overrides)
    except InputError as error:
        yield _refusal(name, error)


def _check_size(path: PurePath, size: int, limits: LoadLimits) -> None:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise LoadError(
            f"the format {suffix or 'of a name without a suffix'!r} is not known; "
            f"give one of {', '.join(sorted(SUFFIXES))}"
        )
    limit = limits.max_jsonl_bytes if suffix == _LINES else limits.max_file_bytes
    if size > limit:
        raise LoadError(
            f"it has {size:,} bytes, over the limit of {limit:,}; split it"
            + ("" if suffix == _LINES else " or raise DATELINE_MAX_FILE_BYTES")
        )
    if size == 0:
        raise LoadError("it is empty; check that the file was saved whole")


def _read(
    path: PurePath, stream: BinaryIO, limits: LoadLimits, sidecar: Metadata, overrides: Overrides
) -> Iterator[Draft | Refusal]:
    suffix = path.suffix.lower()
    file = RawFile(
        name=_shown(str(path)),
        stem=_shown(path.stem),
        stream=stream,
        limits=limits,
        known_title=overrides.title or sidecar.title,
    )
    if suffix == _LINES:
        yield from _read_lines(file, sidecar, overrides)
    else:
        loaded = _LOADERS[suffix](file)
        yield assemble(loaded, file.name, sidecar, overrides, file.stem, by_name=True)


def _read_lines(
    file: RawFile, sidecar: Metadata, overrides: Overrides
) -> Iterator[Draft | Refusal]:
    for key in ("id", "title", "url"):
        if getattr(overrides, key, None) or getattr(sidecar, key):
            raise LoadError(
                f"one {key} cannot be given to all articles of a {_LINES} file; "
                "write it into its lines"
            )
    for number, loaded in load_jsonl(file):
        name = f"{file.name}:{number}"
        try:
            if isinstance(loaded, LoadError):
                raise loaded
            known = loaded.metadata
            last_title = "" if known.id or known.url else title_from(loaded.body)
            yield assemble(loaded, name, sidecar, overrides, last_title)
        except InputError as error:
            yield _refusal(name, error)


def _refusal(name: str, error: InputError | OSError) -> Refusal:
    if isinstance(error, OSError):
        return Refusal(_shown(name), f"it cannot be read ({error.strerror}); check the file")
    return Refusal(_shown(name), str(error))


def _shown(name: str) -> str:
    """A file's name as text that can be printed and sent: names are bytes, not always UTF-8."""
    return name.encode(errors="backslashreplace").decode()
