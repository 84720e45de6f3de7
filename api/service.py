"""What a running service holds, from the start of its app to the end."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.inference import Inference
from api.jobs import Jobs
from api.suggestions import Suggestions
from api.watch import Watcher
from qa.factory import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.metrics import Metrics
    from api.settings import ServiceSettings
    from index.archive import Recipe
    from index.article import Draft
    from index.ingest import IngestReport, Progress
    from index.loaders import Refusal
    from qa.factory import Engine


@dataclass(frozen=True, slots=True)
class Service:
    """The engine and what works around it."""

    settings: ServiceSettings
    engine: Engine
    inference: Inference
    jobs: Jobs
    suggestions: Suggestions
    metrics: Metrics
    recipe: Recipe
    """What the archive was made with when it was opened: searches need it to stay so."""


@contextmanager
def running(settings: ServiceSettings, metrics: Metrics) -> Iterator[Service]:
    """Load models, open the archive (making one where there is none), start the threads.

    Raises:
        ArchiveError: the archive is damaged, or was made with another model.
        ModelError: the embedding model is not there.
        ReaderError: the reader is not there.
    """
    engine = open_engine(settings, create=True)
    recipe = engine.archive.recipe

    def ingest(
        items: Iterator[Draft | Refusal],
        total: int,
        progress: Callable[[Progress], None],
        report: IngestReport,
    ) -> None:
        engine.ingester.ingest(items, total=total, progress=progress, report=report)

    inference = Inference(workers=settings.workers, queue_size=settings.queue_size)
    jobs = Jobs(ingest, queue_size=settings.job_queue_size)
    suggestions = Suggestions(engine, inference)
    watcher = Watcher(engine.archive, engine.views)
    metrics.watch(engine, inference, jobs)
    try:
        yield Service(settings, engine, inference, jobs, suggestions, metrics, recipe)
    finally:
        jobs.close()
        watcher.close()
        inference.close()
        suggestions.close()
        engine.close()
