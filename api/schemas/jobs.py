"""Ingests under way."""

from typing import Literal, Self

from pydantic import Field

from api.jobs import Job
from api.schemas.common import Reply


class JobStarted(Reply):
    """An ingest has been taken on: ask `/v1/jobs/{job_id}` how far it is."""

    job_id: str


class RefusalReply(Reply):
    """What could not be taken in, and why."""

    name: str
    reason: str


class WarningReply(Reply):
    """What was taken in although something about it was unclear."""

    name: str
    warning: str


class JobReply(Reply):
    """How far an ingest is, and what became of its articles so far.

    When it is `done`, the next search sees all of it.
    """

    job_id: str
    state: Literal["queued", "running", "done", "failed"]
    progress: float = Field(description="0 to 1.")
    added: int
    unchanged: int
    replaced: int
    refused: tuple[RefusalReply, ...]
    warnings: tuple[WarningReply, ...]
    article_ids: tuple[str, ...] = Field(description="Of all that is now in the archive.")
    error: str | None = Field(description="Why it failed, and what to do.")

    @classmethod
    def of(cls, job: Job) -> Self:
        """A job as it is now, ready to be sent."""
        # Taken once: an ingest under way goes on filling the report.
        report = job.report
        added, unchanged = tuple(report.added), tuple(report.unchanged)
        replaced = tuple(report.replaced)
        return cls(
            job_id=job.id,
            state=job.state,
            progress=job.progress,
            added=len(added),
            unchanged=len(unchanged),
            replaced=len(replaced),
            refused=tuple(RefusalReply.model_validate(refusal) for refusal in report.refused),
            warnings=tuple(
                WarningReply(name=name, warning=warning) for name, warning in report.warnings
            ),
            article_ids=(*added, *unchanged, *replaced),
            error=job.error,
        )
