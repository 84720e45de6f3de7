"""What goes into a loader and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """How much one file may cost. Sizes in bytes."""

    max_file_bytes: int = 50_000_000
    """Larger files are refused unread; in a `.jsonl` file it holds for each line."""
    max_jsonl_bytes: int = 2_000_000_000
    """A `.jsonl` file is read line by line, so the whole may be larger."""
    max_html_depth: int = 250
    """Elements inside elements. libxml2 stops at 256 and silently drops what lies deeper."""
    pdf_seconds: float = 60
    pdf_memory_bytes: int = 1_000_000_000
    docx_unpacked_bytes: int = 200_000_000
    """A .docx is a ZIP archive: a small one can unpack to any size."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """Metadata given from outside, say by command-line flags; it wins over what a file says."""

    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a line of one, that did not become an article."""

    name: str
    reason: str
    """What is wrong and what to do, as a sentence."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What one place (the file, its sidecar, the flags) says of an article."""

    id: str | None = None
    title: str | None = None
    source: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: date | None = None
    undated: str | None = None
    """Why a date that was given is not kept; moot when another place gives one."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as a loader gets it."""

    name: str
    stem: str
    """The title of last resort."""
    stream: BinaryIO
    limits: LoadLimits
    known_title: str | None = None
    """A title given from outside. A first line that says something else is then body."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article as its file has it, before sidecar and overrides."""

    body: str
    metadata: Metadata = field(default_factory=Metadata)
