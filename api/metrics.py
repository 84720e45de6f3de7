"""What Prometheus is told. Each app has a registry of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.inference import Inference
    from api.jobs import Jobs
    from qa.factory import Engine

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_STAGE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


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
        for name, what, value in (
            ("queue_depth", "Questions waiting or being worked on.", lambda: inference.depth),
            ("jobs_waiting", "Ingests waiting for their turn.", lambda: jobs.depth),
            ("articles", "Articles in the archive.", lambda: engine.archive.stats().articles),
            ("passages", "Passages that can be found.", lambda: engine.archive.stats().passages),
            ("sequence", "Sequence number that searches see.", lambda: engine.views.sequence),
        ):
            Gauge(f"dateline_{name}", what, registry=self.registry).set_function(value)

    def render(self) -> bytes:
        """All of it in the text format of Prometheus."""
        return generate_latest(self.registry)
