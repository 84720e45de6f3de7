from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LoadError
from index.loaders.decoding import decode, decode_html

SPANISH = "Señor Muñoz dijo que mañana habrá una reunión en España."
RUSSIAN = "Президент прибыл во Владивосток на поезде."
POLISH = (
    "Prezydent Polski przyjął premiera Węgier w Łodzi, żeby ustalić źródło sporu. Rozmowy trwały "
    "do późna w nocy, a rano obie strony ogłosiły, że będą się spotykać co miesiąc. "
)
JAPANESE = "指導者は列車で到着した。"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_no_part_of_the_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + RUSSIAN.encode(encoding)) == (RUSSIAN, None)


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda t: t[:1] != "\ufeff"))
def test_utf_8_comes_out_as_it_went_in(text: str) -> None:
    assert decode(text.encode()) == (text, None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SPANISH, "cp1252"),
        ("Le café était fermé — “non”, dit-il.", "cp1252"),
        ("The minister’s “plan” cost £5.", "cp1252"),
        ("Die Gespräche über Öl dauerten in München länger als geplant.", "latin-1"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "shift_jis"),
        (POLISH, "cp1250"),
    ],
)
def test_other_encodings_are_guessed_with_a_warning(text: str, encoding: str) -> None:
    decoded, warning = decode(text.encode(encoding))
    assert decoded == text
    assert "guessed" in (warning or "")


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        random.Random(1).randbytes(4_000),
        b"\x7fELF\x02\x01\x01" + b"\0" * 20 + b"\xff" * 50,
    ],
    ids=["all bytes", "picture", "noise", "program"],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(LoadError):
        decode(data)


def test_utf_8_with_one_damaged_byte_is_refused_with_its_place_and_not_garbled() -> None:
    data = RUSSIAN.encode()
    with pytest.raises(LoadError, match="byte 19"):
        decode(data[:19] + b"\xff" + data[19:])


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(LoadError, match="surrogate"):
        decode(b"before \xed\xa0\xbd after")
    with pytest.raises(LoadError, match="UTF-16"):
        decode(codecs.BOM_UTF16_LE + "a".encode("utf-16-le") + b"\x3d\xd8")


@pytest.mark.parametrize(
    ("statement", "encoding", "text"),
    [
        ('<meta charset="windows-1251">', "cp1251", RUSSIAN),
        ("<meta http-equiv=content-type content='text/html; charset=koi8-r'>", "koi8_r", RUSSIAN),
        ('<meta charset="iso-8859-1">', "cp1252", "The minister’s “plan”"),
        ('<meta charset="shift_jis">', "cp932", JAPANESE),
        ('<?xml version="1.0" encoding="iso-8859-2"?>', "iso8859_2", "Łódź"),
        ('<meta charset="iso-2022-jp">', "iso2022_jp", JAPANESE),
    ],
)
def test_a_page_says_its_own_encoding(statement: str, encoding: str, text: str) -> None:
    page = f"<html><head>{statement}</head><body>{text}</body></html>"
    assert decode_html(page.encode(encoding)) == (page, None)


@pytest.mark.parametrize("stated", ["iso-8859-1", "utf-16", "no-such-thing", "utf-7", "rot13"])
def test_a_page_in_utf_8_is_read_as_such_whatever_it_states(stated: str) -> None:
    page = f'<html><meta charset="{stated}"><body>{RUSSIAN}</body></html>'
    assert decode_html(page.encode()) == (page, None)


@pytest.mark.parametrize("stated", ["utf-16", "no-such-thing", "utf-7", "rot13", "hex", "zlib"])
def test_a_plain_page_that_states_nonsense_is_read_all_the_same(stated: str) -> None:
    page = f'<html><meta charset="{stated}"><body>plain +AGE- words</body></html>'
    assert decode_html(page.encode()) == (page, None)


def test_a_page_that_states_utf_8_but_is_not_is_guessed() -> None:
    page = f'<html><meta charset="utf-8"><body>{SPANISH}</body></html>'
    decoded, warning = decode_html(page.encode("cp1252"))
    assert decoded == page
    assert warning is not None
