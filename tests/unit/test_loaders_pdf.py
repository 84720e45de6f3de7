from __future__ import annotations

import time
import zlib
from datetime import date

import pytest

from index.article import Draft
from index.loaders import LoadLimits, Refusal, load_bytes

LONG = "The council closed the old bridge on Monday after engineers had found cracks in"


def pdf(*pages: list[str], info: str = "") -> bytes:
    """A small PDF, written by hand: one line of Helvetica below another."""
    fonts = b"<< /Font << /F1 3 0 R >> >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode("latin-1"),
    ]
    kids = []
    for lines in pages:
        shown = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
        content = b"BT /F1 11 Tf 14 TL 72 760 Td\n" + shown + b"ET"
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources %s "
            b"/Contents %d 0 R >>" % (fonts, len(bodies))
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _file(bodies, b"/Root 1 0 R /Info 4 0 R")


def _escaped(line: str) -> bytes:
    data = line.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _file(bodies: list[bytes], trailer: bytes) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    return (
        b"%sxref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d %s >>\nstartxref\n%d\n%%%%EOF"
        % (
            out,
            size,
            table,
            size,
            trailer,
            len(out),
        )
    )


def only(data: bytes, limits: LoadLimits | None = None) -> Draft:
    (draft,) = load_bytes("bridge.pdf", data, limits or LoadLimits())
    assert isinstance(draft, Draft), draft
    return draft


def refused(data: bytes, limits: LoadLimits | None = None) -> str:
    (refusal,) = load_bytes("bridge.pdf", data, limits or LoadLimits())
    assert isinstance(refusal, Refusal), refusal
    return refusal.reason


def test_text_and_properties_are_read() -> None:
    draft = only(
        pdf(
            ["The bridge is “closed”."],
            info="/Title (Bridge closes) /Author (Ann Lee) /CreationDate (D:20210304233000-05'00')",
        )
    )
    assert draft.body == "The bridge is “closed”."
    assert (draft.title, draft.author) == ("Bridge closes", "Ann Lee")
    assert draft.published_at == date(2021, 3, 4)
    assert "PDF was made" in draft.warnings[0]


def test_a_date_line_counts_before_the_day_the_pdf_was_made() -> None:
    draft = only(
        pdf(["Bridge closes", "Updated Sept. 11, 2023", LONG], info="/CreationDate (D:20240101)")
    )
    assert (draft.published_at, draft.warnings) == (date(2023, 9, 11), ())


@pytest.mark.parametrize("title", ["", "untitled", "Microsoft Word - draft7.doc"])
def test_a_title_that_a_program_wrote_is_no_title(title: str) -> None:
    assert only(pdf(["Words."], info=f"/Title ({title})")).title == "bridge"


def test_lines_are_joined_to_paragraphs() -> None:
    lines = ["Bridge closes", LONG, "two of its piers.", LONG, "a pier. It is shut."]
    assert only(pdf(lines)).body == (
        f"Bridge closes\n\n{LONG} two of its piers.\n\n{LONG} a pier. It is shut."
    )


def test_a_list_keeps_its_items_apart() -> None:
    assert only(pdf([LONG + ":", "• one pier", "• two piers"])).body.endswith(
        "\n\n• one pier\n\n• two piers"
    )


def test_a_paragraph_goes_on_over_a_page() -> None:
    assert only(pdf([LONG], ["two of its piers."])).body == f"{LONG} two of its piers."
    assert only(pdf(["It is shut."], ["It was old."])).body == "It is shut.\n\nIt was old."


def test_a_word_broken_at_a_lines_end_is_one_word_again() -> None:
    lines = [LONG + " inter-", "national waters."]
    assert only(pdf(lines)).body == f"{LONG} international waters."


def test_a_hyphen_of_the_words_own_stays() -> None:
    lines = [
        LONG + " a well-",
        "known pier, well-known since 1920 and for its Anglo-",
        "French arch.",
    ]
    body = only(pdf(lines)).body
    assert "a well-known pier" in body
    assert "Anglo-French" in body


@pytest.mark.parametrize(
    "data",
    [
        b"not a pdf",
        b"\x89PNG" * 100,
        b"%PDF-1.4\n",
        pdf(["Words."])[:100],
        b"%PDF-" + b"<<" * 50_000,
    ],
    ids=["text", "picture", "heading alone", "cut off", "brackets"],
)
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    assert "not a PDF" in refused(data)


def test_a_pdf_of_pictures_is_refused_with_the_way_out() -> None:
    assert "OCR" in refused(pdf([]))


def test_a_pdf_with_a_password_is_refused() -> None:
    encrypt = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"28" * 32, b"99" * 32)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        encrypt,
    ]
    data = _file(bodies, b"/Root 1 0 R /Encrypt 3 0 R /ID [<00> <00>]")
    assert "password" in refused(data)


def test_a_pdf_over_the_time_limit_is_refused_at_once() -> None:
    began = time.monotonic()
    reason = refused(pdf(["Words."]), LoadLimits(pdf_seconds=0.001))
    assert "more than 0.001 s" in reason
    assert time.monotonic() - began < 5


def test_a_pdf_that_unpacks_beyond_the_memory_limit_is_refused() -> None:
    data = _packed(b" " * 1_000_000, times=400)
    assert "memory" in refused(data, LoadLimits(pdf_memory_bytes=300_000_000))


def test_a_pdf_that_unpacks_to_more_text_than_a_file_may_have_is_refused() -> None:
    data = _packed(b"(%s) Tj T*\n" % LONG.encode(), times=400)
    assert "more text" in refused(data, LoadLimits(max_file_bytes=len(data)))
    assert only(data).body.count("council") == 400


def _packed(piece: bytes, times: int) -> bytes:
    """A PDF of one page whose compressed content says the same many times."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"BT /F1 1 Tf 1 TL 72 760 Td\n")
    packed += b"".join(packer.compress(piece) for _ in range(times))
    packed += packer.compress(b"ET") + packer.flush()
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _file(bodies, b"/Root 1 0 R")
