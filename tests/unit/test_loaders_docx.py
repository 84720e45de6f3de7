from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from index.article import Draft
from index.loaders import LoadLimits, Refusal, load_bytes


def saved(document: object) -> bytes:
    stream = BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def written(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def only(data: bytes) -> Draft:
    (draft,) = load_bytes("bridge.docx", data)
    assert isinstance(draft, Draft), draft
    return draft


def refused(data: bytes, limits: LoadLimits | None = None) -> str:
    (refusal,) = load_bytes("bridge.docx", data, limits or LoadLimits())
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


def test_properties_give_title_author_and_date() -> None:
    document = Document()
    document.add_paragraph("The bridge is closed.")
    document.core_properties.title = "Bridge closes"
    document.core_properties.author = "Ann Lee"
    document.core_properties.created = datetime(2021, 3, 4, 23, 30)
    draft = only(saved(document))
    assert (draft.title, draft.author, draft.published_at) == (
        "Bridge closes",
        "Ann Lee",
        date(2021, 3, 4),
    )
    assert "document was made" in draft.warnings[0]


def test_what_the_librarys_template_says_is_not_taken_for_the_articles() -> None:
    draft = only(written("The bridge is closed."))
    assert (draft.title, draft.author, draft.published_at) == ("bridge", None, None)
    assert draft.warnings == ()


def test_a_heading_is_the_title_where_the_properties_have_none() -> None:
    document = Document()
    document.add_paragraph("Valley news")
    document.add_heading("Bridge closes", level=1)
    draft = only(saved(document))
    assert draft.title == "Bridge closes"
    assert draft.body == "Valley news\n\nBridge closes"


def test_a_date_line_gives_the_date() -> None:
    draft = only(written("Bridge closes", "Updated Sept. 11, 2023", "It is shut."))
    assert draft.published_at == date(2023, 9, 11)


def test_paragraphs_are_verbatim_and_empty_ones_leave_no_trace() -> None:
    draft = only(written("One\xa0day.  Two days. ", "", "  ", "An “end”."))
    assert draft.body == "One\xa0day.  Two days. \n\nAn “end”."


def test_tables_stand_where_they_stood_and_a_merged_cell_is_said_once() -> None:
    document = Document()
    document.add_paragraph("Before.")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Costs"
    table.cell(1, 0).text, table.cell(1, 1).text = "pier", "3"
    document.add_paragraph("After.")
    assert only(saved(document)).body == "Before.\n\nCosts\npier\t3\n\nAfter."


def test_a_document_without_text_is_refused() -> None:
    assert "no text" in refused(written("", " "))


def zipped(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    return zipped(members | {name: content})


@pytest.mark.parametrize(
    "data",
    [
        b"not a zip",
        written("Words.")[:300],
        zipped({"a.txt": b"words"}),
        with_part(written("Words."), "word/document.xml", b"<not xml"),
        with_part(written("Words."), "word/document.xml", b"<a/>"),
        with_part(written("Words."), "[Content_Types].xml", b""),
        with_part(written("Words."), "word/document.xml", b"<a>" * 100_000),
    ],
    ids=["text", "cut off", "other zip", "bad xml", "other xml", "no types", "deep xml"],
)
def test_what_is_no_docx_is_refused(data: bytes) -> None:
    assert "docx" in refused(data)


def test_an_old_or_protected_document_is_refused_with_the_way_out() -> None:
    assert "password" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(written("Words."), "word/media/big.bin", bytes(20_000_000))
    assert len(bomb) < 200_000
    assert "unpacks to" in refused(bomb, LoadLimits(docx_unpacked_bytes=10_000_000))


def test_entities_are_neither_multiplied_nor_fetched() -> None:
    xml = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM '
        b'"file:///etc/hostname">'
        + b"".join(
            b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (b"%d" % (n - 1) if n > 1 else b"") * 10)
            for n in range(1, 12)
        )
        + b']><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>Words &a11; &f;</w:t></w:r></w:p></w:body></w:document>"
    )
    (result,) = load_bytes("x.docx", with_part(written("Words."), "word/document.xml", xml))
    said = result.body if isinstance(result, Draft) else result.reason
    assert "aaaaaaaaaaa" not in said
    assert Path("/etc/hostname").read_text().strip() not in said
