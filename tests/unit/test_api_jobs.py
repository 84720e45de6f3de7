import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic, sleep

import pytest

import api.jobs
from api.errors import BusyError, JobNotFoundError
from api.jobs import Job, Jobs
from api.schemas.jobs import JobReply
from index.article import Draft
from index.errors import ArchiveFullError
from index.ingest import IngestReport, Progress
from index.loaders import Refusal

Item = Draft | Refusal


@dataclass
class Batch:
    names: list[str]
    discarded: int = 0
    fails_at: str = ""

    def items(self) -> Iterator[Item]:
        for name in self.names:
            yield Draft(body=name, name=name)

    def count(self) -> int:
        if self.fails_at == "count":
            raise OSError("gone")
        return len(self.names)

    def discard(self) -> None:
        self.discarded += 1
        if self.fails_at == "discard":
            raise RuntimeError("stuck")


@dataclass
class Archive:
    """Takes items one by one, each when it is let."""

    let: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    taken: list[str] = field(default_factory=list)
    error: BaseException | None = None

    def ingest(
        self,
        items: Iterator[Item],
        total: int,
        progress: Callable[[Progress], None],
        report: IngestReport,
    ) -> None:
        for done, item in enumerate(items, start=1):
            self.let.acquire()
            if self.error:
                raise self.error
            self.taken.append(item.name)
            report.added.append(item.name)
            progress(Progress(done, total, done, item.name))


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def jobs(archive: Archive) -> Iterator[Jobs]:
    made = Jobs(archive.ingest, queue_size=2)
    yield made
    archive.let.release(100)
    made.close()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + 10
    while not condition():
        assert monotonic() < deadline
        sleep(0.005)


def ended(job: Job) -> bool:
    return job.state in ("done", "failed")


def test_a_job_goes_from_queued_over_running_to_done(jobs: Jobs, archive: Archive) -> None:
    first, second = jobs.submit(Batch(["a", "b"])), jobs.submit(Batch(["c"]))
    wait_for(lambda: first.state == "running")
    assert second.state == "queued"
    archive.let.release()
    wait_for(lambda: first.progress == 0.5)
    archive.let.release(2)
    wait_for(lambda: ended(second))
    assert (first.state, first.progress, first.report.added) == ("done", 1.0, ["a", "b"])
    assert archive.taken == ["a", "b", "c"]


def test_a_batch_is_let_go_when_its_job_has_ended(jobs: Jobs, archive: Archive) -> None:
    batch = Batch(["a"])
    archive.let.release()
    job = jobs.submit(batch)
    wait_for(lambda: ended(job))
    wait_for(lambda: batch.discarded == 1)


def test_an_error_fails_the_job_with_its_sentence_and_not_the_next(
    jobs: Jobs, archive: Archive
) -> None:
    archive.error = ArchiveFullError("no space is left; free some")
    first, second = jobs.submit(Batch(["a"])), jobs.submit(Batch(["b"]))
    archive.let.release()
    wait_for(lambda: ended(first))
    assert (first.state, first.error) == ("failed", "no space is left; free some")
    archive.error = None
    archive.let.release()
    wait_for(lambda: ended(second))
    assert second.state == "done"


def test_what_is_done_so_far_is_told_while_a_job_runs_and_after_it_failed(
    jobs: Jobs, archive: Archive
) -> None:
    job = jobs.submit(Batch(["a", "b", "c"]))
    archive.let.release()
    wait_for(lambda: job.progress > 0)
    assert (job.state, JobReply.of(job).added) == ("running", 1)
    archive.error = ArchiveFullError("no space is left; free some")
    archive.let.release()
    wait_for(lambda: ended(job))
    assert JobReply.of(job).article_ids == ("a",)


class Panic(BaseException):
    """As a native library's panic comes: it is no Exception."""


@pytest.mark.parametrize("where", ["count", "discard", "ingest"])
def test_whatever_fails_in_a_job_the_next_is_worked_on(
    jobs: Jobs, archive: Archive, where: str
) -> None:
    archive.error = Panic() if where == "ingest" else None
    bad = jobs.submit(Batch(["a"], fails_at=where))
    archive.let.release()
    wait_for(lambda: ended(bad))
    assert bad.state == ("done" if where == "discard" else "failed")
    archive.error = None
    good = jobs.submit(Batch(["b"]))
    archive.let.release()
    wait_for(lambda: ended(good))
    assert good.state == "done"


def test_an_unforeseen_error_does_not_tell_of_the_inside(jobs: Jobs, archive: Archive) -> None:
    archive.error = RuntimeError("secret of the inside")
    archive.let.release()
    job = jobs.submit(Batch(["a"]))
    wait_for(lambda: ended(job))
    assert job.state == "failed"
    assert "secret" not in (job.error or "")


def test_more_than_may_wait_are_told_to_come_again(jobs: Jobs) -> None:
    running = jobs.submit(Batch(["a"]))
    wait_for(lambda: running.state == "running")
    jobs.submit(Batch(["b"]))
    jobs.submit(Batch(["c"]))
    refused = Batch(["d"])
    with pytest.raises(BusyError):
        jobs.submit(refused)
    assert refused.discarded == 1


def test_closing_stops_after_what_is_being_taken_in(archive: Archive) -> None:
    jobs = Jobs(archive.ingest, queue_size=2)
    first, waiting = jobs.submit(Batch(["a", "b", "c"])), jobs.submit(Batch(["d"]))
    wait_for(lambda: first.state == "running")
    closing = threading.Thread(target=jobs.close)
    closing.start()
    wait_for(lambda: jobs._stopping)
    archive.let.release(100)
    closing.join(10)
    assert archive.taken == ["a"]
    assert first.state == waiting.state == "failed"
    assert "stopped" in (first.error or "")
    assert first.report.added == ["a"]


def test_a_job_is_forgotten_an_hour_after_its_end(jobs: Jobs, archive: Archive) -> None:
    archive.let.release()
    job = jobs.submit(Batch(["a"]))
    wait_for(lambda: ended(job))
    assert jobs.get(job.id) is job
    assert job.ended_at is not None
    job.ended_at -= api.jobs.KEPT_SECONDS + 1
    with pytest.raises(JobNotFoundError, match="hour"):
        jobs.get(job.id)


def test_an_unknown_job_is_not_found(jobs: Jobs) -> None:
    with pytest.raises(JobNotFoundError):
        jobs.get("nope")
