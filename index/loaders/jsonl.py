"""JSON lines: many articles a file, one a line, as BEIR writes its corpora."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from index.errors import LoadError
from index.loaders.metadata import read_fields
from index.loaders.records import Loaded, RawFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_TITLE_LENGTH = 80


def load_jsonl(file: RawFile) -> Iterator[tuple[int, Loaded | LoadError]]:
    """Each line's article, or what is wrong with it, with the line's number from 1.

    A line is an object with `text` (or `body`) and any of `_id` (or `id`), `title`, `source`,
    `author`, `url` and `published_at`. Blank lines are passed over.
    """
    limit = file.limits.max_file_bytes
    number = 0
    while line := file.stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            yield (
                number,
                LoadError(
                    f"the line is over the limit of {limit:,} bytes; shorten it or raise "
                    "DATELINE_MAX_FILE_BYTES"
                ),
            )
            _skip_line(file, line)
            continue
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield number, _article(line)


def _skip_line(file: RawFile, begun: bytes) -> None:
    while begun and not begun.endswith(b"\n"):
        begun = file.stream.readline(1_000_000)


def _article(line: bytes) -> Loaded | LoadError:
    try:
        given = json.loads(line.decode())
    except UnicodeDecodeError as error:
        return LoadError(f"byte {error.start:,} of the line is not UTF-8; save the file as UTF-8")
    except (ValueError, RecursionError) as error:
        return LoadError(f"the line is not JSON ({error}); mend or remove it")
    if not isinstance(given, dict):
        return LoadError("the line is not a JSON object; write it as {...}")
    body = given.get("text", given.get("body"))
    if not isinstance(body, str):
        return LoadError("the line has no text; give its article as a string under 'text'")
    try:
        metadata = read_fields(given)
    except LoadError as error:
        return error
    return Loaded(body, metadata)


def title_from(body: str) -> str:
    """The first words of a body, as the title of a line that has neither title, id nor URL.

    Without one, all such lines would be taken for the same article.
    """
    words = " ".join(body[: _TITLE_LENGTH * 4].split())
    if len(words) <= _TITLE_LENGTH:
        return words
    return words[:_TITLE_LENGTH].rsplit(" ", 1)[0] + "…"
