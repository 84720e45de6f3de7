"""PDF files, read in a child process with limits on its time and memory."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import LoadError
from index.loaders.dates import parse_date
from index.loaders.pdf_layout import join_pages
from index.loaders.records import Loaded, Metadata, RawFile
from index.loaders.text import dateline

if TYPE_CHECKING:
    from index.loaders.records import LoadLimits

_CHILD = Path(__file__).with_name("pdf_child.py")
_DATELINE_PARAGRAPHS = 5
_JUNK_TITLES = ("microsoft word - ", "untitled", "powerpoint presentation")
_REASONS = {
    "password": "it is protected by a password; save a copy without one",
    "damaged": "it is not a PDF, or a damaged one; save or download it again",
    "length": "it has more text than a file may have here; split it",
    "memory": "it needs more memory than a PDF may take here; print its pages to a new PDF",
}


def load_pdf(file: RawFile) -> Loaded:
    """A `.pdf` file: its text, lines joined to paragraphs, and what its properties say.

    Raises:
        LoadError: it is no PDF, protected, has no text, or goes beyond the limits.
    """
    data = file.stream.read()
    if b"%PDF-" not in data[:1024]:
        raise LoadError(_REASONS["damaged"])
    answer = _ask_child(data, file.limits)
    if problem := answer.get("problem"):
        raise LoadError(_REASONS[problem])
    body = join_pages(answer["pages"])
    if not body.strip():
        raise LoadError("it has no text, only pictures of pages; run OCR on it first")
    return Loaded(body, _metadata(answer, body))


def _ask_child(data: bytes, limits: LoadLimits) -> dict[str, Any]:
    import subprocess  # as slow to import as all of this package

    # -I: nothing but the installed libraries, neither the working folder nor this one.
    sizes = (str(limits.pdf_memory_bytes), str(limits.max_file_bytes))
    command = [sys.executable, "-I", str(_CHILD), *sizes]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the PDF goes in as data
            command, input=data, capture_output=True, timeout=limits.pdf_seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LoadError(
            f"reading it took more than {limits.pdf_seconds:g} s; print its pages to a new PDF"
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines() or ["a crash"]
        raise LoadError(
            f"the PDF reader gave up on it ({said[-1][:200]}): it is damaged, or needs more than "
            f"{limits.pdf_memory_bytes:,} bytes of memory; print its pages to a new PDF"
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _metadata(answer: dict[str, Any], body: str) -> Metadata:
    info: dict[str, str] = answer["info"]
    warnings = []
    if answer["unreadable"]:
        warnings.append(f"{answer['unreadable']} of its pages could not be read")
    stated = dateline([" ".join(p.split()) for p in body.split("\n\n")[:_DATELINE_PARAGRAPHS]])
    day = stated.published_at
    if day is None and stated.undated is None:
        # D:20230911144200-04'00': the day is the first eight digits, in its own time zone.
        day = parse_date(info.get("CreationDate", "").removeprefix("D:")[:8])
        if day:
            warnings.append(f"its date, {day}, is the day the PDF was made")
    return Metadata(
        title=_title(info.get("Title", "")),
        author=" ".join(info.get("Author", "").split()) or None,
        published_at=day,
        undated=stated.undated,
        warnings=tuple(warnings),
    )


def _title(stated: str) -> str | None:
    """The title it states, unless a program put it there."""
    title = " ".join(stated.replace("\0", "").split())
    return None if not title or title.lower().startswith(_JUNK_TITLES) else title
