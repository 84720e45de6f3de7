"""Markdown, with or without YAML front matter."""

from __future__ import annotations

import re
from dataclasses import replace

from index.errors import LoadError
from index.loaders.decoding import decode
from index.loaders.metadata import read_fields
from index.loaders.records import Loaded, Metadata, RawFile

# The library's own pattern also swallows the blank lines after it; the body begins right here.
_BOUNDARY = re.compile(r"^---[ \t]*(?:\r\n|\r|\n|\Z)", re.MULTILINE)
_HEADING = re.compile(r" {0,3}#[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(?:```|~~~)")
_NOTHING = {"", "~", "null", "Null", "NULL"}


def load_markdown(file: RawFile) -> Loaded:
    """A `.md` file: metadata from its front matter, else a title from its first heading.

    The body is everything after the front matter, verbatim, marks and headings included.

    Raises:
        LoadError: it does not decode, or its front matter is not YAML.
    """
    text, warning = decode(file.stream.read())
    metadata, body = _split(text)
    return Loaded(
        body,
        replace(
            metadata,
            title=metadata.title or _first_heading(body),
            warnings=(warning,) if warning else (),
        ),
    )


def _split(text: str) -> tuple[Metadata, str]:
    from frontmatter.default_handlers import YAMLHandler
    from yaml import BaseLoader, YAMLError

    begin = _BOUNDARY.match(text)
    if begin is None or _BOUNDARY.search(text, begin.end()) is None:
        return Metadata(), text
    handler = YAMLHandler(fm_boundary=_BOUNDARY)
    head, body = handler.split(text)
    try:
        # Every scalar as the text it is written as: no date is moved to another time zone, and a
        # source called NO does not become false.
        given = handler.load(head, Loader=BaseLoader)
    except YAMLError as error:
        raise LoadError(
            f"its front matter is not YAML ({_in_one_line(error)}); put quotes around the value"
        ) from error
    except RecursionError as error:
        raise LoadError("its front matter is nested too deep; make it a flat list") from error
    if not isinstance(given, dict):
        return Metadata(), text  # a rule across the page, not front matter
    return read_fields({str(key): _or_none(value) for key, value in given.items()}), body


def _or_none(value: object) -> object:
    return None if isinstance(value, str) and value in _NOTHING else value


def _first_heading(body: str) -> str | None:
    in_code = False
    for line in body.splitlines():
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code and (match := _HEADING.fullmatch(line)):
            return match[1] or None
    return None


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
