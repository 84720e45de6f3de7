"""Opening an archive, reading it, and getting hold of a writer."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import uuid
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.archive.database import Database, Row
from index.archive.lock import WriteLock
from index.archive.paging import ArticlePage, SourceSummary, decode_cursor, encode_cursor
from index.archive.recipe import Recipe
from index.archive.schema import (
    APPLICATION_ID,
    SCHEMA,
    SCHEMA_VERSION,
    check_header,
    connect,
    translated_errors,
)
from index.archive.writing import Writer
from index.article import Article, Passage, Version
from index.errors import (
    ArchiveDamagedError,
    ArchiveMissingError,
    ArticleNotFoundError,
    ModelMismatchError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

log = logging.getLogger(__name__)

FILE_NAME = "archive.sqlite"

_ARTICLE = "a.id, a.title, a.source, a.author, a.url, a.published_at, v.version"
_ARTICLE_FROM = "articles a JOIN versions v ON v.key = a.version_key"
_PASSAGE = 'p.id, p.start, p."end", substr(v.body, p.start + 1, p."end" - p.start)'


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """How much an archive holds."""

    articles: int
    versions: int
    passages: int
    sequence: int
    bytes_on_disk: int


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage of a current version with what the views need to know of it."""

    id: int
    article: Article
    text: str
    vector: NDArray[np.float32]
    """Shape (dimensions,), unit length to 16-bit precision."""


class Archive:
    """Everything ingested: articles, versions, passages, embeddings and the change log.

    Safe to use from several threads, each of which gets a connection of its own, and from several
    processes.
    """

    def __init__(self, folder: Path) -> None:
        """Open the archive in a folder.

        Raises:
            ArchiveMissingError: there is none.
            ArchiveDamagedError: the file there is damaged, or is something else.
        """
        self.folder = folder
        self._path = folder / FILE_NAME
        self._lock = WriteLock(folder / "write.lock")
        self._database = Database(self._path)
        if not self._path.is_file():
            raise ArchiveMissingError(
                f"there is no archive in {folder}; "
                f"`dateline --archive {folder} ingest PATH` makes one"
            )
        check_header(self._path)
        self.identity = self._meta("identity")

    @classmethod
    def create(cls, folder: Path, recipe: Recipe) -> Archive:
        """Make an empty archive in a folder, or open the one there."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        if path.exists():
            return cls(folder)
        with WriteLock(folder / "write.lock").held(), translated_errors(path):
            if not path.exists():
                new = path.with_suffix(".new")
                new.unlink(missing_ok=True)
                db = connect(new, create=True)
                with db:
                    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                    db.execute(SCHEMA)
                    writer = Writer(db)
                    writer.set_meta("identity", uuid.uuid4().hex)
                    writer.set_meta("recipe", recipe.to_json())
                db.close()
                new.rename(path)
        return cls(folder)

    def close(self) -> None:
        """Close every connection; the archive cannot be used after."""
        self._database.close()

    @property
    def recipe(self) -> Recipe:
        """What its passages and vectors were made with."""
        return Recipe.from_json(self._meta("recipe"))

    def require(self, recipe: Recipe) -> None:
        """Check that the archive was made with this recipe.

        Raises:
            ModelMismatchError: it was made with another; the message says what to do.
        """
        mine = self.recipe
        if mine != recipe:
            raise ModelMismatchError(
                f"the archive in {self.folder} was made with {mine}, and the settings "
                f"ask for {recipe}; set them back, or embed everything again with "
                f"`dateline --archive {self.folder} rebuild --embed`"
            )

    def snapshot(self) -> AbstractContextManager[None]:
        """Let all reads of this thread inside a `with` block see one state of the archive."""
        return self._database.snapshot()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One write transaction: committed when the block ends, undone when it raises.

        Raises:
            ArchiveBusyError: another process kept writing.
            ArchiveFullError: no space is left; nothing of this transaction was kept.
        """
        with self._lock.held(), self._database.transaction() as connection:
            yield Writer(connection)

    def erase_traces(self) -> None:
        """Empty the write-ahead log, where text that was just deleted may still stand.

        Where another process keeps reading an older state for longer than SQLite waits, the text
        stays there until the next time.
        """
        busy, _, _ = self._database.one("PRAGMA wal_checkpoint(TRUNCATE)")
        if busy:
            log.warning(
                "what was deleted stays in the write-ahead log of %s until no other process reads "
                "an older state",
                self._path,
            )

    def sequence(self) -> int:
        """The number of the newest change, 0 for an archive that never had one."""
        return int(self._database.one("SELECT coalesce(max(sequence), 0) FROM changes")[0])

    def changed_since(self, sequence: int) -> list[str]:
        """Ids of the articles put or deleted after a sequence number."""
        rows = self._database.all(
            "SELECT DISTINCT article_id FROM changes WHERE sequence > ?", (sequence,)
        )
        return [row[0] for row in rows]

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        rows = self._database.all(
            f"SELECT {_ARTICLE} FROM {_ARTICLE_FROM} WHERE a.id = ?", (article_id,)
        )
        if not rows:
            raise ArticleNotFoundError(f"there is no article {article_id!r} in this archive")
        return _article(rows[0])

    def find(self, article_id: str) -> Article | None:
        """One article, or None."""
        try:
            return self.article(article_id)
        except ArticleNotFoundError:
            return None

    def versions(self, article_id: str) -> list[tuple[str, str]]:
        """The versions of an article with the time each was ingested, newest first."""
        return [
            (row[0], row[1])
            for row in self._database.all(
                "SELECT version, ingested_at FROM versions WHERE article_id = ? "
                "ORDER BY sequence DESC",
                (article_id,),
            )
        ]

    def version(self, article_id: str, version: str) -> Version:
        """One text of an article.

        Raises:
            ArticleNotFoundError: there is no such article or version.
        """
        rows = self._database.all(
            "SELECT article_id, version, body, ingested_at, sequence FROM versions "
            "WHERE article_id = ? AND version = ?",
            (article_id, version),
        )
        if not rows:
            raise ArticleNotFoundError(
                f"there is no version {version[:12]!r} of article {article_id!r} in this archive"
            )
        return Version(*rows[0])

    def missing_embeddings(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of the keys have no embedding yet."""
        with translated_errors(self._path):
            return Writer(self._database.connection).missing_embeddings(keys)

    def embeddings(self, keys: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The embeddings there are for these keys, each of shape (dimensions,)."""
        found = {
            key: self._database.all("SELECT vector FROM embeddings WHERE key = ?", (key,))
            for key in keys
        }
        return {key: _vector(rows[0][0]) for key, rows in found.items() if rows}

    def all_versions(self) -> list[tuple[int, str, str]]:
        """Key, title and body of every version of every article."""
        return self._database.all(
            "SELECT v.key, a.title, v.body FROM versions v JOIN articles a ON a.id = v.article_id "
            "ORDER BY v.key"
        )

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, Article]]:
        """The passages with these ids that belong to a current version, by id."""
        wanted = list(ids)
        rows = self._database.all(
            f"SELECT {_ARTICLE}, {_PASSAGE} FROM passages p "
            "JOIN versions v ON v.key = p.version_key "
            # By its id, which is a key: by its version alone every article would be looked at.
            "JOIN articles a ON a.id = v.article_id AND a.version_key = v.key "
            f"WHERE p.id IN ({_marks(wanted)})",
            wanted,
        )
        return {row[7]: (_passage(row), _article(row)) for row in rows}

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of an article's current version, in order."""
        rows = self._database.all(
            f"SELECT {_ARTICLE}, {_PASSAGE} FROM passages p "
            "JOIN versions v ON v.key = p.version_key "
            "JOIN articles a ON a.version_key = p.version_key WHERE a.id = ? ORDER BY p.start",
            (article_id,),
        )
        return [_passage(row) for row in rows]

    def passage_articles(self) -> list[tuple[int, str, str | None, date | None]]:
        """Id, article, source and day of every passage of a current version, by id."""
        return [
            (row[0], row[1], row[2], _day(row[3]))
            for row in self._database.all(
                "SELECT p.id, a.id, a.source, a.published_at FROM articles a "
                "JOIN passages p ON p.version_key = a.version_key ORDER BY p.id"
            )
        ]

    def indexed_passages(
        self, article_ids: Sequence[str] | None = None
    ) -> Iterator[IndexedPassage]:
        """Every passage of the current versions of these articles (None: of all), with vectors."""
        where = "" if article_ids is None else f"WHERE a.id IN ({_marks(article_ids)})"
        with translated_errors(self._path):
            rows = self._database.connection.execute(
                f"SELECT {_ARTICLE}, {_PASSAGE}, e.vector FROM articles a "
                "JOIN versions v ON v.key = a.version_key "
                "JOIN passages p ON p.version_key = v.key "
                f"JOIN embeddings e ON e.id = p.embedding_id {where} ORDER BY p.id",
                list(article_ids or ()),
            )
            for row in rows:
                yield IndexedPassage(row[7], _article(row), row[10], _vector(row[11]))

    def articles(
        self,
        *,
        query: str = "",
        source: str | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> ArticlePage:
        """A page of the list of articles, newest first, those without a date last.

        Args:
            query: words that title, source, author or id must contain, whatever their case.
            source: only from this source.
            limit: articles on the page.
            cursor: where the page before ended.
        """
        conditions, values = ["1"], list[object]()
        for word in query.casefold().split():
            conditions.append("instr(a.folded, ?)")
            values.append(word)
        if source is not None:
            conditions.append("a.source = ?")
            values.append(source)
        where = " AND ".join(conditions)
        total = self._database.one(f"SELECT count(*) FROM articles a WHERE {where}", values)[0]
        after = ""
        if cursor:
            after = "AND (coalesce(a.published_at, ''), a.id) < (?, ?)"
            values += decode_cursor(cursor)
        rows = self._database.all(
            f"SELECT {_ARTICLE} FROM {_ARTICLE_FROM} WHERE {where} {after} "
            "ORDER BY coalesce(a.published_at, '') DESC, a.id DESC LIMIT ?",
            [*values, limit + 1],
        )
        page = tuple(_article(row) for row in rows[:limit])
        more = encode_cursor(page[-1]) if len(rows) > limit else None
        return ArticlePage(page, total, more)

    def sources(self) -> list[SourceSummary]:
        """Every source with its count and dates, the largest first."""
        return [
            SourceSummary(row[0], row[1], _day(row[2]), _day(row[3]))
            for row in self._database.all(
                "SELECT source, count(*), min(published_at), max(published_at) FROM articles "
                "WHERE source IS NOT NULL GROUP BY source ORDER BY count(*) DESC, source"
            )
        ]

    def stats(self) -> ArchiveStats:
        """Counts, sequence and size."""
        row = self._database.one(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM versions), "
            "(SELECT count(*) FROM passages p JOIN articles a ON a.version_key = p.version_key), "
            "(SELECT coalesce(max(sequence), 0) FROM changes)"
        )
        articles, versions, passages, sequence = row
        return ArchiveStats(articles, versions, passages, sequence, bytes_below(self.folder))

    def free_bytes(self) -> int:
        """Space left on the disk the archive is on."""
        return shutil.disk_usage(self.folder).free

    def _meta(self, key: str) -> str:
        rows = self._database.all("SELECT value FROM meta WHERE key = ?", (key,))
        if not rows:
            raise ArchiveDamagedError(
                f"{self._path} lacks its {key!r} and was left as it is; restore it from a copy"
            )
        return str(rows[0][0])


def bytes_below(folder: Path) -> int:
    """Bytes of the files below a folder, each counted once however many names it has."""
    sizes: dict[tuple[int, int], int] = {}
    # Views come and go, and share files by hard links; `rglob` fails where a folder has gone.
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                status = Path(parent, name).stat()
                if stat.S_ISREG(status.st_mode):
                    sizes[status.st_dev, status.st_ino] = status.st_size
    return sum(sizes.values())


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _vector(kept: bytes) -> NDArray[np.float32]:
    return np.frombuffer(kept, dtype=np.float16).astype(np.float32)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _article(row: Row) -> Article:
    identity, title, source, author, url, published_at, version = row[:7]
    return Article(identity, title, source, author, url, _day(published_at), version)


def _passage(row: Row) -> Passage:
    return Passage(row[7], row[0], row[6], row[8], row[9], row[10])
