"""The archive's tables, and opening a connection to them.

One article has versions, one version has passages, one passage points at the embedding of the
text that was embedded for it (title and passage). `changes` is append-only: its largest sequence
number is the archive's, and the views catch up from it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import apsw

from index.errors import (
    ArchiveBusyError,
    ArchiveDamagedError,
    ArchiveError,
    ArchiveFullError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION_ID = 0x44_4C_4E_45  # "DLNE"
SCHEMA_VERSION = 1
BUSY_MILLISECONDS = 30_000

SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles(
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    source TEXT,
    author TEXT,
    url TEXT,
    published_at TEXT,
    folded TEXT NOT NULL,
    version_key INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_day ON articles(coalesce(published_at, ''), id);
CREATE INDEX articles_by_source ON articles(source, published_at);
CREATE TABLE versions(
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    ingested_at TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    UNIQUE(article_id, version)
);
CREATE TABLE embeddings(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL
);
CREATE TABLE passages(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version_key INTEGER NOT NULL REFERENCES versions(key),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    embedding_id INTEGER NOT NULL REFERENCES embeddings(id)
);
CREATE INDEX passages_by_version ON passages(version_key);
CREATE INDEX passages_by_embedding ON passages(embedding_id);
CREATE TABLE changes(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('put', 'delete')),
    at TEXT NOT NULL
);
"""


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the archive's own.

    Raises:
        ArchiveBusyError: another connection kept the file locked.
        ArchiveDamagedError: the file is not a database, or is corrupt.
        ArchiveFullError: no space is left.
        ArchiveError: anything else SQLite says.
    """
    try:
        yield
    except apsw.BusyError as error:
        raise ArchiveBusyError(
            f"another process is writing to {path}; try again when it is done"
        ) from error
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:
        raise ArchiveDamagedError(
            f"{path} is damaged and was left as it is ({error}); restore it from a copy, "
            "or ingest the articles into a new folder"
        ) from error
    except apsw.FullError as error:
        raise ArchiveFullError(
            f"no space is left to write to {path}; what was committed is safe: "
            "free some space and run the same command again"
        ) from error
    except apsw.Error as error:
        raise ArchiveError(f"{path}: {error}") from error


def check_header(path: Path) -> None:
    """Check that a file is an archive of this release, without SQLite touching it.

    Raises:
        ArchiveDamagedError: it is not.
    """
    with path.open("rb") as file:
        header = file.read(100)
    # https://www.sqlite.org/fileformat.html#the_database_header
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise ArchiveDamagedError(
            f"{path} is damaged, or no archive at all, and was left as it is; restore it from a "
            "copy, or ingest the articles into a new folder"
        )
    release, application = header[60:64], header[68:72]
    if application != APPLICATION_ID.to_bytes(4):
        raise ArchiveDamagedError(
            f"{path} is not a Dateline archive and was left as it is; name another folder"
        )
    if release != SCHEMA_VERSION.to_bytes(4):
        raise ArchiveDamagedError(
            f"{path} has the layout of another release ({int.from_bytes(release)}) and was left as "
            "it is; use that release, or ingest into a new folder"
        )


def connect(path: Path, *, create: bool = False) -> apsw.Connection:
    """Open a connection with the settings every connection needs."""
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if create else 0)
    connection = apsw.Connection(str(path), flags=flags)
    connection.set_busy_timeout(BUSY_MILLISECONDS)
    try:
        for pragma in (
            "journal_mode = WAL",
            # The views are synced when saved; after a power cut the archive must never be behind.
            "synchronous = FULL",
            "foreign_keys = ON",
            # A deleted article must not be found in the file's free pages.
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except apsw.Error:
        connection.close()
        raise
    return connection


def connect_in_place(path: Path) -> apsw.Connection | None:
    """Open a connection that only reads and makes no file, or None where that would be wrong.

    SQLite makes two files beside a database before it reads, and a full disk has no room for them.
    Without them it takes the file for one that nobody changes, and passes over the write-ahead
    log; so that has to be empty. Such a connection must not be kept.
    """
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size > 0:
        return None
    uri = f"{path.absolute().as_uri()}?immutable=1"
    return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
