"""Bytes to text, refusing what cannot be decoded faithfully."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

from index.errors import LoadError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What pages and files of news come in, besides Windows-1252, which is tried apart. DOS code pages
# are left out: nobody saves articles in them, and on short texts the detector likes them.
_LEGACY = [
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_COUSINS_OF_WESTERN = {"cp1250", "cp1254", "cp1257"}
_WESTERN_LETTERS = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿŒœ")
_WESTERN_SIGNS = frozenset("\xa0‘’“”–—…•‹›«»€£¥¢§©®™°·¿¡½¼¾ªº‚„±×÷µ¶†‡´")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{1,40})"""
    rb"""|<\?xml[^>]{0,200}?encoding\s*=\s*["']([a-z0-9_.:-]{1,40})""",
    re.IGNORECASE,
)
_META_WINDOW = 4096
# Browsers read these names as the larger set that pages really use (WHATWG Encoding Standard).
_WEB_NAMES = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_REFUSED_NAMES = {"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape"}


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of a file, and a warning when its encoding had to be guessed.

    A byte order mark decides, then valid UTF-8, then charset-normalizer, whose guess can be wrong
    on a text of a sentence or two.

    Raises:
        LoadError: it is binary, damaged, or in no encoding that can be told.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding), None
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error.start)
    return _guess(data)


def decode_html(data: bytes) -> tuple[str, str | None]:
    """The same for a page, whose own statement of its encoding counts for more than a guess.

    Bytes above 127 that happen to be valid UTF-8 are UTF-8 whatever the page states: pages saved
    again often keep a statement that no longer holds, and other encodings do not validate by
    chance.

    Raises:
        LoadError: as `decode`.
    """
    stated = _stated_encoding(data)
    if stated is None or any(data.startswith(mark) for mark, _ in _MARKS):
        return decode(data)
    try:
        if not data.isascii():
            return data.decode(), None
    except UnicodeDecodeError:
        pass
    try:
        return data.decode(stated), None
    except (UnicodeError, LookupError):  # Python also has codecs that give no text, as rot13
        return decode(data)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"it begins as {encoding.upper()} but byte {error.start:,} does not decode "
            f"({error.reason}); save it again as UTF-8"
        ) from error


def _refuse_damaged_utf8(data: bytes, offset: int) -> None:
    """Refuse UTF-8 with a few bad bytes: read as another encoding all of it would be garbled."""
    decoded = data.decode(errors="replace")
    bad = decoded.count("\ufffd")
    good = sum(1 for character in decoded if character > "\x7f") - bad
    surrogates = re.search(rb"\xed[\xa0-\xbf][\x80-\xbf]", data)
    if surrogates:
        raise LoadError(
            f"it has half of a surrogate pair at byte {surrogates.start():,}; save it as UTF-8"
        )
    if good > bad:
        raise LoadError(
            f"it is UTF-8 except for damage at byte {offset:,}; mend it, or save it again as UTF-8"
        )


def _guess(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    match = from_bytes(data, cp_isolation=_LEGACY).best()
    western = _as_western(data)
    if western is not None and _prefers_western(match):
        text, encoding = western, "cp1252"
    elif match is not None:
        text, encoding = str(match), match.encoding
    else:
        raise LoadError("it is not text in any known encoding; save it as UTF-8")
    if control := _BINARY.search(text):
        raise LoadError(
            f"it looks binary (control character {ord(control[0]):#04x} at offset "
            f"{control.start():,}); give a file of a known format, or save it as UTF-8"
        )
    return text, f"its encoding was guessed as {encoding}; save it as UTF-8 to be sure"


def _as_western(data: bytes) -> str | None:
    """The text as Windows-1252, if every character is one that Western text really has.

    The detector cannot tell it from its cousins on short texts ("Señor" became "Seńor").
    """
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    special = {character for character in text if character > "\x7f"}
    if not special <= _WESTERN_LETTERS | _WESTERN_SIGNS:
        return None
    letters = sum(1 for character in text if unicodedata.category(character)[0] == "L")
    accented = sum(text.count(character) for character in special & _WESTERN_LETTERS)
    # Cyrillic or Greek bytes read this way are nearly all accented letters.
    return text if accented * 3 <= letters else None


def _prefers_western(match: CharsetMatch | None) -> bool:
    return (
        match is None
        or match.coherence == 0  # the detector recognised no language in its own choice
        or match.encoding in _COUSINS_OF_WESTERN
    )


def _stated_encoding(data: bytes) -> str | None:
    match = _META_CHARSET.search(data[:_META_WINDOW])
    if match is None:
        return None
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
    except LookupError:
        return None
    if name in _REFUSED_NAMES or name.startswith(("utf-16", "utf-32")):
        return None  # these cannot have been read to find the statement
    return _WEB_NAMES.get(name, name)
