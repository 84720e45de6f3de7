"""What can be done to an archive inside one write transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ArchiveBusyError, ArticleNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import apsw
    from numpy.typing import NDArray

    from index.archive.recipe import Recipe
    from index.article import Article


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage on its way in: its place in the body, and the key of its embedding."""

    start: int
    end: int
    embedding_key: bytes


class Writer:
    """The only way to change an archive; `Archive.writing` gives one for one transaction."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection
        self._orphans: set[int] = set()
        self._now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

    def missing_embeddings(self, keys: Iterable[bytes]) -> set[bytes]:
        """Which of the keys have no embedding yet."""
        return {
            key
            for key in set(keys)
            if not self._db.execute("SELECT 1 FROM embeddings WHERE key = ?", (key,)).fetchone()
        }

    def add_embeddings(self, vectors: Mapping[bytes, NDArray[np.floating]]) -> None:
        """Keep embeddings, each of shape (dimensions,), as 16-bit floats."""
        self._db.executemany(
            "INSERT INTO embeddings(key, vector) VALUES (?, ?) ON CONFLICT(key) DO NOTHING",
            ((key, vector.astype(np.float16).tobytes()) for key, vector in vectors.items()),
        )

    def put(self, article: Article, body: str, passages: Sequence[NewPassage]) -> int:
        """Make this text the article's current version; every embedding must be there already.

        Returns:
            The sequence number of the change.
        """
        sequence = self._log(article.id, "put")
        known = self._db.execute(
            "SELECT key FROM versions WHERE article_id = ? AND version = ?",
            (article.id, article.version),
        ).fetchone()
        if known:
            version_key = known[0]
            self._drop_passages(version_key)
        else:
            self._db.execute(
                "INSERT INTO versions(article_id, version, body, ingested_at, sequence) "
                "VALUES (?, ?, ?, ?, ?)",
                (article.id, article.version, body, self._now, sequence),
            )
            version_key = self._db.last_insert_rowid()
        self._add_passages(version_key, passages)
        self._drop_unused_embeddings()
        day = article.published_at.isoformat() if article.published_at else None
        self._db.execute(
            "INSERT OR REPLACE INTO articles"
            "(id, title, source, author, url, published_at, folded, version_key) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                article.title,
                article.source,
                article.author,
                article.url,
                day,
                folded(article),
                version_key,
            ),
        )
        return sequence

    def remove(self, article_id: str) -> int:
        """Remove an article with all its versions, passages and vectors, for good.

        Returns:
            The sequence number of the change.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        if not self._db.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
            raise ArticleNotFoundError(
                f"there is no article {article_id!r}; `articles list` shows those there are"
            )
        for key in self._column("SELECT key FROM versions WHERE article_id = ?", article_id):
            self._drop_passages(key)
        self._drop_unused_embeddings()
        self._db.execute("DELETE FROM versions WHERE article_id = ?", (article_id,))
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        return self._log(article_id, "delete")

    def set_meta(self, key: str, value: str) -> None:
        """Write one of the archive's own properties."""
        self._db.execute("INSERT OR REPLACE INTO meta(key, value) VALUES (?, ?)", (key, value))

    def replace_passages(
        self,
        passages: Mapping[int, Sequence[NewPassage]],
        vectors: Mapping[bytes, NDArray[np.floating]],
        recipe: Recipe,
        *,
        expected_sequence: int,
    ) -> None:
        """Put other passages and vectors in place of all there are.

        Args:
            passages: by the key of their version; every version must be there.
            vectors: every embedding the passages need.
            recipe: what they were made with.
            expected_sequence: the archive's when the versions were read.

        Raises:
            ArchiveBusyError: something was ingested or deleted since.
        """
        head = self._db.execute("SELECT coalesce(max(sequence), 0) FROM changes").fetchone()
        if head != (expected_sequence,):
            raise ArchiveBusyError(
                "articles were ingested or deleted while the archive was embedded again; "
                "nothing was changed: run the command again when no other is writing"
            )
        self._db.execute("DELETE FROM passages")
        self._db.execute("DELETE FROM embeddings")
        self.add_embeddings(vectors)
        for version_key, made in passages.items():
            self._add_passages(version_key, made)
        self.set_meta("recipe", recipe.to_json())
        for article_id in self._column("SELECT id FROM articles"):
            self._log(article_id, "put")

    def _add_passages(self, version_key: int, passages: Sequence[NewPassage]) -> None:
        self._db.executemany(
            'INSERT INTO passages(version_key, start, "end", embedding_id) '
            "VALUES (?, ?, ?, (SELECT id FROM embeddings WHERE key = ?))",
            ((version_key, p.start, p.end, p.embedding_key) for p in passages),
        )

    def _column(self, sql: str, *values: object) -> list[Any]:
        return [row[0] for row in self._db.execute(sql, values).fetchall()]

    def _log(self, article_id: str, kind: str) -> int:
        self._db.execute(
            "INSERT INTO changes(article_id, kind, at) VALUES (?, ?, ?)",
            (article_id, kind, self._now),
        )
        return self._db.last_insert_rowid()

    def _drop_passages(self, version_key: int) -> None:
        self._orphans.update(
            self._column("SELECT embedding_id FROM passages WHERE version_key = ?", version_key)
        )
        self._db.execute("DELETE FROM passages WHERE version_key = ?", (version_key,))

    def _drop_unused_embeddings(self) -> None:
        self._db.executemany(
            "DELETE FROM embeddings WHERE id = ? "
            "AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding_id = embeddings.id)",
            ((orphan,) for orphan in self._orphans),
        )
        self._orphans.clear()


def folded(article: Article) -> str:
    """What a list's search box compares with."""
    return "\n".join(
        part.casefold()
        for part in (article.title, article.source, article.author, article.id)
        if part
    )
