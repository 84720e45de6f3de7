"""Real parts put together small: an archive with both views and a model of eight dimensions."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.archive import Archive, Recipe
from index.article import Draft, Filters
from index.chunking import Chunker
from index.ingest import Ingester
from index.retriever import HybridRetriever
from index.views import Views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.embedding import Embedder

CHUNK_TOKENS, OVERLAP_TOKENS = 12, 4
EVERYTHING = Filters()


class HashEmbedder:
    """A fast stand-in for a model: a text's vector is drawn at random, seeded by the text."""

    def __init__(self, name: str = "hash", dimensions: int = 8) -> None:
        self._name = name
        self._dimensions = dimensions

    @property
    def fingerprint(self) -> str:
        return f"{self._name}@{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    @property
    def max_tokens(self) -> int:
        return 256

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        return [[match.end() for match in re.finditer(r"\w+|[^\w\s]", text)] for text in texts]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            seed = hashlib.sha256(f"{self._name} {text}".encode()).digest()
            vectors[row] = np.random.default_rng(list(seed)).normal(size=self._dimensions)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class CountingEmbedder:
    """Another embedder that remembers every text it was asked to embed."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.embedded: list[str] = []

    @property
    def fingerprint(self) -> str:
        return self._inner.fingerprint

    @property
    def dimensions(self) -> int:
        return self._inner.dimensions

    @property
    def max_tokens(self) -> int:
        return self._inner.max_tokens

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        return self._inner.token_ends(texts)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        return self._inner.embed(texts)


@dataclass(slots=True)
class World:
    """One process's parts of one archive."""

    archive: Archive
    views: Views
    ingester: Ingester
    retriever: HybridRetriever
    embedder: CountingEmbedder

    def put(self, *drafts: Draft) -> None:
        report = self.ingester.ingest(drafts)
        assert not report.refused

    def dense(self, text: str, k: int = 10, filters: Filters = EVERYTHING) -> list[str]:
        """Article ids of the k passages nearest to a text."""
        vector = self.embedder.embed([text])[0]
        return self._articles(self.views.dense.search(vector, k, filters))

    def lexical(self, query: str, k: int = 10, filters: Filters = EVERYTHING) -> list[str]:
        """Article ids of the k passages that fit the words best."""
        return self._articles(self.views.lexical.search(query, k, filters))

    def close(self) -> None:
        self.views.close()
        self.archive.close()

    def _articles(self, ranked: list[tuple[int, float]]) -> list[str]:
        known = self.archive.passages(key for key, _ in ranked)
        assert len(known) == len(ranked), "a view found a passage that is not in the archive"
        return [known[key][1].id for key, _ in ranked]


def recipe(embedder: Embedder | None = None) -> Recipe:
    model = embedder or HashEmbedder()
    return Recipe(model.fingerprint, model.dimensions, CHUNK_TOKENS, OVERLAP_TOKENS)


def open_world(folder: Path, inner: Embedder | None = None) -> World:
    """Open the archive in a folder, making it where there is none."""
    embedder = CountingEmbedder(inner or HashEmbedder())
    archive = Archive.create(folder, recipe(embedder))
    views = Views(archive)
    ingester = Ingester(archive, embedder, Chunker(CHUNK_TOKENS, OVERLAP_TOKENS), views)
    return World(archive, views, ingester, HybridRetriever(archive, views, embedder), embedder)
