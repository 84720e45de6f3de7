"""Search latency, stage by stage, at a stated number of passages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eval.bench.figures import Aim, Figure, Section
from eval.bench.machine import memory_rate
from index.archive import Archive
from index.article import Filters
from index.retriever import HybridRetriever
from index.views import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from eval.bench.articles import Articles
    from index.embedding.minilm import MiniLMEmbedder

QUERIES = 200
WARM_UP = 20
K = 10
MOST_MILLISECONDS = 15.0
STAGES = ("embed", "dense", "lexical", "fuse", "fetch")
FILTERED = Filters(
    sources=("Source 00", "Source 01", "Source 02", "Source 03", "Source 04"),
    published_from=date(2014, 1, 1),
    published_to=date(2018, 12, 31),
)


def measure(
    folder: Path,
    articles: Articles,
    embedder: MiniLMEmbedder,
    step: Callable[[str], None],
) -> Section:
    """Search with the titles of articles, one after another, with and without filters."""
    step("opening the views")
    archive = Archive(folder)
    views = Views(archive)
    retriever = HybridRetriever(archive, views, embedder)
    passages = len(views.dense)
    try:
        step("searching")
        before = memory_rate()
        plain = _laps(retriever, articles.titles, Filters())
        filtered = _laps(retriever, articles.titles, FILTERED)
    finally:
        views.close()
        archive.close()
    figures = [
        Figure(stage, "ms", tuple(lap[stage] for lap in plain if stage in lap)) for stage in STAGES
    ]
    aim = Aim(MOST_MILLISECONDS, at_least=False)
    figures.append(Figure("all but embedding", "ms", _rest(plain), aim))
    figures.append(Figure("all but embedding, filtered", "ms", _rest(filtered), aim))
    read = passages * embedder.dimensions
    rate = max(before, memory_rate())
    best = 1000 * read / rate
    dense = next(figure for figure in figures if figure.name == "dense")
    return Section(
        "search",
        f"Search latency at {passages:,} passages",
        f"Synthetic: random vectors, and text recombined from sentences of {articles.label}. "
        f"{QUERIES} titles as queries, one at a time, the best {K} of 100 + 100 fetched; filtered: "
        "five of twenty sources and five of eight years.",
        tuple(figures),
        (
            f"The dense stage reads every vector, {read / 1e6:.0f} MB; memory gives "
            f"{rate / 1e9:.1f} GB/s here, so no exact search can take less than "
            f"{best:.1f} ms: its median reaches {best / dense.p50:.0%} of that limit.",
        ),
    )


def _laps(
    retriever: HybridRetriever, titles: Sequence[str], filters: Filters
) -> list[dict[str, float]]:
    queries = [titles[number % len(titles)] for number in range(WARM_UP + QUERIES)]
    laps = [retriever.search(query, K, filters).timings_ms for query in queries]
    return laps[WARM_UP:]


def _rest(laps: Sequence[dict[str, float]]) -> tuple[float, ...]:
    return tuple(sum(lap.values()) - lap["embed"] for lap in laps)
