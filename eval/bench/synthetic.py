"""A large archive that costs no embedding: synthetic vectors and recombined text."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from index.archive import Archive, NewPassage, Recipe
from index.archive.schema import SCHEMA
from index.article import Article, TextSpan, version_of
from index.chunking import Chunker
from index.ingest import keyed
from index.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from eval.bench.articles import Articles
    from index.archive import Writer
    from index.embedding.minilm import MiniLMEmbedder

SOURCES = tuple(f"Source {number:02d}" for number in range(20))
FIRST_DAY = date(2012, 1, 1)
DAYS = 3000
PASSAGES_PER_ARTICLE = 20
SENTENCES_PER_PASSAGE = 5
GROUP = 250
"""Articles in one transaction."""
_MADE = "complete.json"


def synthetic_archive(
    articles: Articles,
    passages: int,
    embedder: MiniLMEmbedder,
    folder: Path,
    step: Callable[[str], None],
) -> Path:
    """The folder of an archive with that many passages; made once, then kept.

    Bodies are sentences of the articles, drawn at random; vectors are random directions; sources
    and days are spread evenly.
    """
    target = folder / f"synthetic-{passages}-{_key(articles)}"
    if (target / _MADE).exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    chunker = Chunker()
    recipe = Recipe(embedder.fingerprint, embedder.dimensions, chunker.tokens, chunker.overlap)
    archive = Archive.create(target, recipe)
    made = list(_articles(articles, passages))
    for first in range(0, len(made), GROUP):
        step(f"making {first * PASSAGES_PER_ARTICLE:,} of {passages:,} synthetic passages")
        with archive.writing() as writer:
            for number, (article, body, spans) in enumerate(made[first : first + GROUP], first):
                _put(writer, article, body, spans, np.random.default_rng(number))
    step("building the views")
    views = Views(archive)
    views.close()
    archive.erase_traces()
    archive.close()
    (target / _MADE).write_text(json.dumps({"passages": passages}), encoding="utf-8")
    return target


def _articles(articles: Articles, passages: int) -> Iterator[tuple[Article, str, list[TextSpan]]]:
    seed = random.Random(0)  # noqa: S311 - text to measure with, not a secret
    for number in range(-(-passages // PASSAGES_PER_ARTICLE)):
        count = min(PASSAGES_PER_ARTICLE, passages - number * PASSAGES_PER_ARTICLE)
        pieces = [articles.recombined(SENTENCES_PER_PASSAGE, seed) for _ in range(count)]
        ends = np.cumsum([len(piece) for piece in pieces]).tolist()
        body = "".join(pieces)
        spans = [TextSpan(*span) for span in zip([0, *ends[:-1]], ends, strict=True)]
        article = Article(
            id=f"synthetic-{number:06d}",
            title=seed.choice(articles.titles),
            source=SOURCES[number % len(SOURCES)],
            author=None,
            url=None,
            published_at=FIRST_DAY + timedelta(days=number % DAYS),
            version=version_of(body),
        )
        yield article, body, spans


def _put(
    writer: Writer,
    article: Article,
    body: str,
    spans: list[TextSpan],
    random_vectors: np.random.Generator,
) -> None:
    # The number keeps two passages of the same words from sharing a vector.
    texts = [f"{article.id}\n{n}\n{body[s.start : s.end]}" for n, s in enumerate(spans)]
    passages: tuple[NewPassage, ...] = keyed(spans, texts)
    vectors = _unit(random_vectors.standard_normal((len(passages), 384), dtype=np.float32))
    writer.add_embeddings(
        {passage.embedding_key: vector for passage, vector in zip(passages, vectors, strict=True)}
    )
    writer.put(article, body, passages)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


def _key(articles: Articles) -> str:
    """What the archive depends on: the text and the tables."""
    return hashlib.sha256("".join([SCHEMA, *articles.lines]).encode()).hexdigest()[:12]
