"""What Prometheus is told. Each app has a registry of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from api.inference import Inference
    from api.jobs import Jobs
    from index.archive import ArchiveStats
    from qa.factory import Engine

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class _Fullness(Collector):
    """How full queues and archive are, as it is when somebody asks."""

    def __init__(self, engine: Engine, inference: Inference, jobs: Jobs) -> None:
        self._engine = engine
        self._inference = inference
        self._jobs = jobs
        self._counted: ArchiveStats | None = None

    def collect(self) -> Iterator[Metric]:
        """Each number; those of an archive that cannot be read are left out."""
        yield _gauge("queue_depth", "Questions waiting or being worked on.", self._inference.depth)
        yield _gauge("jobs_waiting", "Ingests waiting for their turn.", self._jobs.depth)
        yield _gauge("sequence", "Sequence number that searches see.", self._engine.views.sequence)
        if stats := self._stats():
            yield _gauge("articles", "Articles in the archive.", stats.articles)
            yield _gauge("passages", "Passages that can be found.", stats.passages)

    def _stats(self) -> ArchiveStats | None:
        # Counting looks at every passage, so it is done once for each state of the archive.
        archive = self._engine.archive
        try:
            if self._counted is None or self._counted.sequence != archive.sequence():
                self._counted = archive.stats()
        except Exception as error:
            log.warning("the archive could not be counted: %s: %s", type(error).__name__, error)
            return None
        return self._counted


def _gauge(name: str, what: str, value: int) -> Metric:
    return GaugeMetricFamily(f"dateline_{name}", what, value)


class Metrics:
    """Counts and times, kept by the middleware and the routes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "dateline_http_requests_total",
            "Requests by method, route and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "dateline_http_request_seconds",
            "Seconds to the end of the response.",
            ("method", "route"),
            registry=self.registry,
        )
        self._stages = Histogram(
            "dateline_stage_seconds",
            "Seconds that each stage of an answer took.",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=self.registry,
        )
        self._answers = Counter(
            "dateline_answers_total",
            "Questions by what became of them.",
            ("outcome",),
            registry=self.registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def answer(self, *, answered: bool, timings_ms: Mapping[str, float]) -> None:
        """Count one question and the time its stages took."""
        self._answers.labels("answered" if answered else "not_in_the_archive").inc()
        self.stages(timings_ms)

    def stages(self, timings_ms: Mapping[str, float]) -> None:
        """Count the time of stages."""
        for stage, milliseconds in timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def watch(self, engine: Engine, inference: Inference, jobs: Jobs) -> None:
        """Tell how full queues and archive are; worked out when somebody asks."""
        self.registry.register(_Fullness(engine, inference, jobs))

    def render(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return generate_latest(self.registry)
