"""Settings to a ready engine: the one place where the parts are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.archive import Archive, Recipe
from index.chunking import Chunker
from index.embedding import load_embedder
from index.ingest import Ingester
from index.retriever import HybridRetriever
from index.views import Views, silent
from qa.judge import judge_for
from qa.pipeline import Pipeline
from qa.reader import load_reader
from qa.sentence_reader import SentenceReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.embedding import Embedder
    from qa.reader import Reader
    from qa.settings import PipelineSettings


@dataclass(slots=True)
class Engine:
    """Everything needed to ingest into one archive and to ask it."""

    archive: Archive
    views: Views
    ingester: Ingester
    retriever: HybridRetriever
    pipeline: Pipeline

    def close(self) -> None:
        """Save the views and let go of every file."""
        self.views.close()
        self.archive.close()


def open_engine(
    settings: PipelineSettings,
    *,
    create: bool = False,
    progress: Callable[[int, int], None] = silent,
) -> Engine:
    """Open an archive with everything around it.

    Args:
        settings: which archive, which models, how much to read.
        create: make the archive where there is none.
        progress: told (articles done, articles in all) while the views catch up.

    Raises:
        ArchiveError: there is no archive, it is damaged, or it was made with another model.
        ModelError: the embedding model is not there.
        ReaderError: the reader is not there.
    """
    if not create:
        Archive(settings.archive).close()
    embedder = load_embedder(settings.model, threads=settings.threads)
    recipe = recipe_of(settings, embedder)
    archive = Archive.create(settings.archive, recipe) if create else Archive(settings.archive)
    archive.require(recipe)
    views = Views(archive, progress=progress)
    chunker = Chunker(settings.chunk_tokens, settings.overlap_tokens)
    retriever = HybridRetriever(
        archive,
        views,
        embedder,
        depth=settings.retrieve_depth,
        dense_weight=settings.dense_weight,
    )
    reader = make_reader(settings, embedder)
    pipeline = Pipeline(
        archive,
        retriever,
        reader,
        judge_for(reader.name, embedder.fingerprint),
        passages_read=settings.passages_read,
        threshold=settings.threshold,
    )
    return Engine(archive, views, Ingester(archive, embedder, chunker, views), retriever, pipeline)


def make_reader(settings: PipelineSettings, embedder: Embedder) -> Reader:
    """The reader the settings ask for."""
    if settings.reader == "sentence":
        return SentenceReader(embedder)
    return load_reader(settings.reader, threads=settings.threads)


def recipe_of(settings: PipelineSettings, embedder: Embedder) -> Recipe:
    """What passages and vectors are made with under these settings."""
    return Recipe(
        model=embedder.fingerprint,
        dimensions=embedder.dimensions,
        chunk_tokens=settings.chunk_tokens,
        overlap_tokens=settings.overlap_tokens,
    )
