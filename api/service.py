"""What a running service holds, from the start of its app to the end."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.inference import Inference
from api.jobs import Jobs
from api.watch import Watcher
from qa.factory import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from api.metrics import Metrics
    from api.settings import ServiceSettings
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
    metrics: Metrics


@contextmanager
def running(settings: ServiceSettings, metrics: Metrics) -> Iterator[Service]:
    """Load models, open the archive (making one where there is none), start the threads.

    Raises:
        ArchiveError: the archive is damaged, or was made with another model.
        ModelError: the embedding model is not there.
        ReaderError: the reader is not there.
    """
    engine = open_engine(settings, create=True)

    def ingest(
        items: Iterator[Draft | Refusal], total: int, progress: Callable[[Progress], None]
    ) -> IngestReport:
        return engine.ingester.ingest(items, total=total, progress=progress)

    inference = Inference(workers=settings.workers, queue_size=settings.queue_size)
    jobs = Jobs(ingest, queue_size=settings.job_queue_size)
    watcher = Watcher(engine)
    metrics.watch(engine, inference, jobs)
    try:
        yield Service(settings, engine, inference, jobs, metrics)
    finally:
        jobs.close()
        watcher.close()
        inference.close()
        engine.close()
