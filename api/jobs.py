"""Ingests in the background: one at a time, each a job that can be asked how far it is."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, Protocol

from api.errors import BusyError, JobNotFoundError
from index.article import Draft
from index.errors import DatelineError
from index.ingest import IngestReport, Progress
from index.loaders import Refusal

log = logging.getLogger(__name__)

KEPT_SECONDS = 3600.0
KEPT_JOBS = 1000
RETRY_AFTER_SECONDS = 10
State = Literal["queued", "running", "done", "failed"]


class Batch(Protocol):
    """What one job ingests."""

    def items(self) -> Iterator[Draft | Refusal]:
        """Each article, or why there is none."""
        ...

    def count(self) -> int:
        """About how many items there will be."""
        ...

    def discard(self) -> None:
        """Let go of what it held; called once, whatever happened."""
        ...


@dataclass(slots=True)
class Job:
    """An ingest and how far it is."""

    id: str
    state: State = "queued"
    progress: float = 0.0
    report: IngestReport = field(default_factory=IngestReport)
    """Filled while it runs, and kept whatever becomes of it."""
    error: str | None = None
    ended_at: float | None = None


Ingest = Callable[
    [Iterator[Draft | Refusal], int, Callable[[Progress], None], IngestReport], object
]


class Jobs:
    """The jobs of one service, worked on in the order they came.

    Args:
        ingest: takes items in; given them, about how many they are, whom to tell of progress, and
            the report to fill. When it returns, searches see what it took in.
        queue_size: how many jobs may wait.
    """

    def __init__(self, ingest: Ingest, *, queue_size: int) -> None:
        self._ingest = ingest
        self._queue_size = queue_size
        self._waiting: deque[tuple[Job, Batch]] = deque()
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="jobs")
        self._thread.start()

    def submit(self, batch: Batch) -> Job:
        """Take on an ingest.

        Raises:
            BusyError: too many are waiting. The batch is discarded.
        """
        job = Job(uuid.uuid4().hex)
        with self._changed:
            accepted = len(self._waiting) < self._queue_size and not self._stopping
            if accepted:
                self._forget_old()
                self._jobs[job.id] = job
                self._waiting.append((job, batch))
                self._changed.notify()
        if not accepted:
            batch.discard()
            raise BusyError(
                f"{self._queue_size} ingests are waiting, which is as many as this service takes "
                f"on; try again in {RETRY_AFTER_SECONDS} seconds",
                RETRY_AFTER_SECONDS,
            )
        return job

    def get(self, job_id: str) -> Job:
        """A job by its id.

        Raises:
            JobNotFoundError: there is none, or it ended over an hour ago.
        """
        with self._changed:
            self._forget_old()
            if job := self._jobs.get(job_id):
                return job
        raise JobNotFoundError(
            "there is no such job; a job is kept for an hour after its end: "
            "look for its articles, or ingest again (what is there already is left as it is)"
        )

    @property
    def depth(self) -> int:
        """How many jobs are waiting."""
        return len(self._waiting)

    def close(self) -> None:
        """Stop after the current commit; what waits is not begun."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()
        for job, batch in self._waiting:
            self._end(job, "failed", "the service was stopped before it began; ingest again")
            batch.discard()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._waiting and not self._stopping:
                    self._changed.wait()
                if self._stopping:
                    return
                job, batch = self._waiting.popleft()
                job.state = "running"
            self._run(job, batch)
            try:
                batch.discard()
            except Exception:
                log.exception("what an ingest brought could not be removed")

    def _run(self, job: Job, batch: Batch) -> None:
        stopped = False

        def until_stopped() -> Iterator[Draft | Refusal]:
            nonlocal stopped
            for item in batch.items():
                if self._stopping:
                    stopped = True
                    return
                yield item

        def tell(progress: Progress) -> None:
            job.progress = min(progress.done / total, 0.99)

        try:
            total = max(batch.count(), 1)
            self._ingest(until_stopped(), total, tell, job.report)
        except DatelineError as error:
            self._end(job, "failed", str(error))
        except BaseException:  # a panic of a native library is no Exception; the thread lives on
            log.exception("an ingest failed")
            self._end(
                job,
                "failed",
                "something went wrong inside the service, whose log says more; what was committed "
                "is kept: ingest again to add the rest",
            )
        else:
            if stopped:
                self._end(job, "failed", "the service was stopped; ingest again to add the rest")
            else:
                self._end(job, "done", None)

    def _end(self, job: Job, state: State, error: str | None) -> None:
        job.error = error
        job.ended_at = monotonic()
        if state == "done":
            job.progress = 1.0
        # Last, since whoever sees the state relies on the rest.
        job.state = state

    def _forget_old(self) -> None:
        now = monotonic()
        ended = [job for job in self._jobs.values() if job.ended_at is not None]
        surplus = len(self._jobs) - KEPT_JOBS
        for number, job in enumerate(ended):
            if number < surplus or now - (job.ended_at or now) > KEPT_SECONDS:
                del self._jobs[job.id]
