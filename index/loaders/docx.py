"""Word documents (.docx)."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from index.errors import LoadError
from index.loaders.metadata import as_text
from index.loaders.records import Loaded, Metadata, RawFile
from index.loaders.text import dateline

if TYPE_CHECKING:
    from collections.abc import Iterator

_OLE = b"\xd0\xcf\x11\xe0"
_MEMBERS = 10_000
_DATELINE_PARAGRAPHS = 5
_TITLE_STYLES = ("Title", "Heading 1")
# What python-docx's own template says; a document made with it has these unless it was told.
_TEMPLATE_AUTHOR = "python-docx"
_TEMPLATE_CREATED = datetime(2013, 12, 23, 23, 15)  # compared without its zone


def load_docx(file: RawFile) -> Loaded:
    """A `.docx` file: paragraphs and tables in order, title, author and date of its properties.

    Paragraphs are parted by a blank line, the cells of a table's row by a tab.

    Raises:
        LoadError: it is no .docx, protected, damaged, or unpacks to more than the limit.
    """
    data = file.stream.read()
    _check_archive(data, file.limits.docx_unpacked_bytes)
    from docx import Document

    try:
        document = Document(BytesIO(data))
        blocks = [block for block in _blocks(document) if block.strip()]
        metadata = _metadata(document, blocks)
    except Exception as error:  # a hostile document fails in as many ways as XML can be wrong
        raise LoadError(
            f"it is not a readable .docx ({type(error).__name__}); save it again from Word"
        ) from error
    return Loaded("\n\n".join(blocks), metadata)


def _check_archive(data: bytes, limit: int) -> None:
    from zipfile import BadZipFile, ZipFile

    if data.startswith(_OLE):
        raise LoadError("it is an old .doc or protected by a password; save it as plain .docx")
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise LoadError("it is not a .docx, or a damaged one; save it again from Word") from error
    # zipfile never unpacks more of a member than is declared here, so the sum can be trusted.
    size = sum(member.file_size for member in members)
    if size > limit or len(members) > _MEMBERS:
        raise LoadError(
            f"it unpacks to {size:,} bytes in {len(members):,} parts, over the limit of {limit:,} "
            f"in {_MEMBERS:,}; save its text without pictures"
        )


def _blocks(document: Any) -> Iterator[str]:
    from docx.table import Table

    for block in document.iter_inner_content():
        yield _table_text(block) if isinstance(block, Table) else block.text


def _table_text(table: Any) -> str:
    # A merged cell is listed once for each column it covers.
    rows = (dict.fromkeys(row.cells) for row in table.rows)
    return "\n".join("\t".join(cell.text for cell in row) for row in rows)


def _metadata(document: Any, blocks: list[str]) -> Metadata:
    properties = document.core_properties
    author = as_text(properties.author, "author")
    stated = dateline([" ".join(block.split()) for block in blocks[:_DATELINE_PARAGRAPHS]])
    day = stated.published_at
    warnings: tuple[str, ...] = ()
    if day is None and stated.undated is None and (day := _created(properties.created)):
        warnings = (f"its date, {day}, is the day the document was made",)
    return Metadata(
        title=as_text(properties.title, "title") or _styled_title(document),
        author=None if author == _TEMPLATE_AUTHOR else author,
        published_at=day,
        undated=stated.undated,
        warnings=warnings,
    )


def _styled_title(document: Any) -> str | None:
    for paragraph in document.paragraphs:
        if paragraph.style.name in _TITLE_STYLES and paragraph.text.strip():
            return " ".join(paragraph.text.split())
    return None


def _created(stated: datetime | None) -> date | None:
    if stated is None:
        return None
    minute = stated.replace(tzinfo=None, second=0, microsecond=0)
    return None if minute == _TEMPLATE_CREATED else stated.date()
