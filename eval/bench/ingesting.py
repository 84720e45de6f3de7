"""Ingest throughput against the embedding model's bare forward pass."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from eval.bench.figures import Aim, Figure, Section
from eval.bench.machine import matrix_flops
from index.archive import Archive, Recipe
from index.chunking import Chunker
from index.embedding.minilm import DIMENSIONS, LAYERS, MiniLMEmbedder
from index.ingest import Ingester
from index.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from eval.bench.articles import Articles

ROUNDS = 5
LEAST_RATIO = 0.85
WARM_UP = ("The first runs of a model are slower than the rest. " * 12,) * 64


class _Batch(NamedTuple):
    input_ids: NDArray[np.int64]
    attention_mask: NDArray[np.int64]


class _Recording(MiniLMEmbedder):
    """Keeps the batches it was given, so that the bare pass can run on the very same."""

    def __init__(self) -> None:
        super().__init__()
        self.batches_seen: list[_Batch] = []

    def forward(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        self.batches_seen.append(_Batch(input_ids, attention_mask))
        return super().forward(input_ids, attention_mask)


class _Round(NamedTuple):
    """One part of the articles: ingested, then its batches alone."""

    tokens: int
    """Without padding."""
    operations: float
    """Floating-point operations of the forward pass, padding included."""
    ingest_seconds: float
    bare_seconds: float
    limit: float
    """Floating-point operations a second that a matrix product reached beside it."""


def measure(articles: Articles, folder: Path, step: Callable[[str], None]) -> Section:
    """Ingest the articles in parts, each followed by the bare pass over its own batches."""
    embedder = _Recording()
    embedder.embed(WARM_UP)
    rounds = []
    with tempfile.TemporaryDirectory(dir=folder) as work:
        ingester = _ingester(Path(work) / "archive", embedder)
        for number, lines in enumerate(articles.parts(ROUNDS), start=1):
            step(f"round {number} of {ROUNDS}")
            file = Path(work) / f"part-{number}.jsonl"
            file.write_text("".join(lines), encoding="utf-8")
            rounds.append(_round(ingester, embedder, file))
    return _section(rounds, articles)


def _ingester(folder: Path, embedder: MiniLMEmbedder) -> Ingester:
    chunker = Chunker()
    recipe = Recipe(embedder.fingerprint, embedder.dimensions, chunker.tokens, chunker.overlap)
    archive = Archive.create(folder, recipe)
    return Ingester(archive, embedder, chunker, Views(archive))


def _round(ingester: Ingester, embedder: _Recording, file: Path) -> _Round:
    embedder.batches_seen = []
    began = perf_counter()
    ingester.ingest_files([file])
    ingested = perf_counter()
    batches = embedder.batches_seen
    again = perf_counter()
    for batch in batches:
        MiniLMEmbedder.forward(embedder, *batch)
    done = perf_counter()
    return _Round(
        tokens=sum(int(batch.attention_mask.sum()) for batch in batches),
        operations=sum(_operations(*batch.input_ids.shape) for batch in batches),
        ingest_seconds=ingested - began,
        bare_seconds=done - again,
        limit=matrix_flops(),
    )


def _operations(rows: int, length: int) -> float:
    """Multiplications and additions of one batch: the dense layers, then attention."""
    weights = 12 * DIMENSIONS**2  # query, key, value, output; two layers of four times the width
    attention = 2 * length * DIMENSIONS  # scores, and what they weigh
    return 2.0 * rows * length * LAYERS * (weights + attention)


def _section(rounds: list[_Round], articles: Articles) -> Section:
    tokens = sum(each.tokens for each in rounds)
    figures = (
        Figure("ingest", "tokens/s", tuple(r.tokens / r.ingest_seconds for r in rounds)),
        Figure("bare forward pass", "tokens/s", tuple(r.tokens / r.bare_seconds for r in rounds)),
        Figure(
            "ingest / bare forward pass",
            "",
            tuple(r.bare_seconds / r.ingest_seconds for r in rounds),
            Aim(LEAST_RATIO, at_least=True),
        ),
    )
    flops = max(each.operations / each.bare_seconds for each in rounds)
    limit = max(each.limit for each in rounds)
    return Section(
        "ingest",
        "Ingest throughput",
        f"{articles.label}, {tokens:,} tokens as the model reads them (padding not counted), from "
        "`.jsonl` files through loading, chunking, embedding and commit to views that find them. "
        f"{ROUNDS} parts; after each, the bare forward pass runs on the very batches of that part.",
        figures,
        (
            f"The forward pass does {flops / 1e9:.0f} GFLOP/s at its best; a 2048x2048 matrix "
            f"product in 32-bit floats reaches {limit / 1e9:.0f} here, so "
            f"{flops / limit:.0%} of the machine's limit.",
        ),
    )
