"""What is known of an article besides its text: read, checked, and merged by precedence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.article import Draft, check_text, identify
from index.errors import LoadError
from index.loaders.dates import parse_date, undated_reason
from index.loaders.records import Loaded, Metadata, Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SIDECAR_SUFFIX = ".meta.json"
_SIDECAR_BYTES = 1_000_000
_TEXT_KEYS = ("id", "title", "source", "author", "url")
_ALIASES = {"_id": "id", "date": "published_at"}


def read_fields(given: Mapping[str, object]) -> Metadata:
    """Metadata out of a mapping with any of the known keys; `_id` and `date` are understood too.

    A key under its own name wins over its alias. Unknown keys are the caller's affair.

    Raises:
        LoadError: a value is not of a kind its key can have.
    """
    known = {_ALIASES[key]: value for key, value in given.items() if key in _ALIASES}
    known |= {key: given[key] for key in (*_TEXT_KEYS, "published_at") if key in given}
    day = as_text(known.get("published_at"), "published_at") or ""
    return Metadata(
        id=as_text(known.get("id"), "id"),
        title=as_text(known.get("title"), "title"),
        source=as_text(known.get("source"), "source"),
        author=as_text(known.get("author"), "author"),
        url=as_text(known.get("url"), "url"),
        published_at=parse_date(day),
        undated=undated_reason(day),
    )


def as_text(value: object, key: str) -> str | None:
    """A scalar, or a list of strings, as one line of text; None when there is nothing in it.

    Raises:
        LoadError: it is another kind of value.
    """
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise LoadError(f"its {key} is not text but a {type(value).__name__}; write it as text")
    return " ".join(value.split()) or None


def read_sidecar(path: Path) -> Metadata:
    """What `<file>.meta.json` beside a file says of it; nothing when there is none.

    Raises:
        LoadError: it is there and cannot be used.
    """
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    try:
        with sidecar.open("rb") as stream:
            data = stream.read(_SIDECAR_BYTES + 1)
    except FileNotFoundError:
        return Metadata()
    except OSError as error:
        raise LoadError(f"its sidecar {sidecar.name} cannot be read: {error.strerror}") from error
    if len(data) > _SIDECAR_BYTES:
        raise LoadError(f"its sidecar {sidecar.name} is over {_SIDECAR_BYTES:,} bytes; shorten it")
    try:
        given = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LoadError(f"its sidecar {sidecar.name} is not JSON ({error}); mend it") from error
    if not isinstance(given, dict):
        raise LoadError(f"its sidecar {sidecar.name} is not a JSON object; write it as {{...}}")
    return _with_unknown_keys_noted(given, sidecar.name)


def assemble(
    loaded: Loaded,
    name: str,
    sidecar: Metadata,
    overrides: Overrides,
    last_title: str,
    *,
    by_name: bool = False,
) -> Draft:
    """The article, with overrides before sidecar before file.

    Args:
        loaded: what the file says.
        name: what the person knows it by.
        sidecar: what its sidecar says.
        overrides: what was given from outside.
        last_title: the title where nothing else gives one.
        by_name: whether that is the file's name.

    Raises:
        LoadError: there is no text in it.
        InvalidArticleError: it has characters or an id that the archive cannot keep.
    """
    if not loaded.body.strip():
        raise LoadError("there is no text in it; check that the file was saved whole")
    merged = _merge(overrides, sidecar, loaded.metadata)
    url, url_warning = _usable_url(merged.url)
    warnings = (*loaded.metadata.warnings, *sidecar.warnings, *merged.warnings, url_warning)
    draft = Draft(
        body=loaded.body,
        title=merged.title or last_title,
        id=merged.id,
        source=merged.source,
        author=merged.author,
        url=url,
        published_at=merged.published_at,
        name=name,
        warnings=tuple(filter(None, warnings)),
        titled_by_name=by_name and not merged.title,
    )
    for field in ("body", "title", "source", "author", "url", "id"):
        check_text(getattr(draft, field) or "", f"its {field}")
    identify(draft)
    return draft


def _merge(overrides: Overrides, sidecar: Metadata, file: Metadata) -> Metadata:
    day, undated = overrides.published_at, []
    for place in (sidecar, file):
        if day is None:
            day = place.published_at
            undated.append(place.undated)
    return Metadata(
        id=sidecar.id or file.id,
        title=overrides.title or sidecar.title or file.title,
        source=overrides.source or sidecar.source or file.source,
        author=overrides.author or sidecar.author or file.author,
        url=overrides.url or sidecar.url or file.url,
        published_at=day,
        warnings=tuple(reason for reason in undated if reason),
    )


def _usable_url(url: str | None) -> tuple[str | None, str | None]:
    """The URL if a page may link to it, and a warning if not: `javascript:` is a URL, too."""
    if url is None:
        return None, None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in ("http", "https") and parts.netloc:
        return url, None
    return None, f"the URL {url[:60]!r} is left out: it does not start with http:// or https://"


def _with_unknown_keys_noted(given: dict[str, object], where: str) -> Metadata:
    try:
        read = read_fields(given)
    except LoadError as error:
        raise LoadError(f"its sidecar {where} cannot be used: {error}") from error
    unknown = sorted(given.keys() - {*_TEXT_KEYS, *_ALIASES, "published_at"})
    if not unknown:
        return read
    keys = ", ".join(key[:40] for key in unknown[:5])
    return replace(read, warnings=(f"{where} has keys that mean nothing here: {keys}",))
