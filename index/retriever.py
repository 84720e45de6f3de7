"""Finding the passages that may answer a question."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from index.article import Filters
from index.errors import ArchiveDamagedError
from index.fusion import weighted_sum

if TYPE_CHECKING:
    from index.archive import Archive
    from index.article import Article, Passage
    from index.embedding import Embedder
    from index.views import Views

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    article: Article
    score: float
    """Fused, between 0 and 1; it orders the hits of one search and no more."""
    dense_score: float | None
    """Cosine similarity, or None where the passage is not in the dense list."""
    lexical_score: float | None
    """BM25, or None where the passage is not in the lexical list."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What one search found, best first."""

    hits: tuple[Hit, ...]
    sequence: int
    """The archive's sequence number that the whole search saw."""
    timings_ms: dict[str, float]


class Retriever(Protocol):
    """Anything that finds passages."""

    def search(self, query: str, k: int, filters: Filters = Filters()) -> Retrieval:
        """The k best passages inside the filters, best first."""
        ...


class HybridRetriever:
    """Dense and lexical search, fused by a weighted sum of normalised scores.

    Args:
        archive: where the passages are.
        views: both views of it.
        embedder: the model the archive's vectors were made with.
        depth: how many passages each view gives.
        dense_weight: the dense list's share in the fused score; 0 or 1 leaves the other list out.
    """

    def __init__(
        self,
        archive: Archive,
        views: Views,
        embedder: Embedder,
        *,
        depth: int = 100,
        dense_weight: float = 0.6,
    ) -> None:
        self._archive = archive
        self._views = views
        self._embedder = embedder
        self._depth = depth
        self._dense_weight = dense_weight

    def search(self, query: str, k: int, filters: Filters = Filters()) -> Retrieval:
        """The k best passages inside the filters, best first.

        Raises:
            ArchiveDamagedError: the views find what the archive has not, even made anew.
        """
        clock = _Clock()
        vector = self._embedder.embed([query])[0]
        clock.lap("embed")
        rebuilt = False
        while True:
            with self._views.reading() as sequence:
                depth = max(self._depth, k)
                dense, lexical = [], []
                if self._dense_weight > 0:
                    dense = self._views.dense.search(vector, depth, filters)
                    clock.lap("dense")
                if self._dense_weight < 1:
                    lexical = self._views.lexical.search(query, depth, filters)
                    clock.lap("lexical")
            ranked = weighted_sum(dense, lexical, self._dense_weight)[:k]
            clock.lap("fuse")
            found = self._archive.passages(key for key, _ in ranked)
            clock.lap("fetch")
            if len(found) == len(ranked):
                break
            # Another process has replaced or deleted some of these since: look again without them.
            if self._views.catch_up() == sequence:
                if rebuilt:
                    raise ArchiveDamagedError(
                        f"the archive in {self._archive.folder} contradicts itself: passages that "
                        "it names cannot be read; restore it from a copy, or ingest the articles "
                        "into a new folder"
                    )
                log.warning("the views do not match the archive, rebuilding")
                self._views.rebuild()
                rebuilt = True
        by_dense, by_lexical = dict(dense), dict(lexical)
        hits = tuple(
            Hit(*found[key], score, by_dense.get(key), by_lexical.get(key)) for key, score in ranked
        )
        return Retrieval(hits, sequence, clock.laps)


class _Clock:
    """Milliseconds between laps, summed by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now
