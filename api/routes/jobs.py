"""How far ingests are."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.dependencies import ServiceDep
from api.schemas.common import CleanText
from api.schemas.jobs import JobReply

router = APIRouter(prefix="/v1/jobs", tags=["articles"])


@router.get("/{job_id}", response_model=JobReply, responses={404: {"description": "No such job."}})
def read_job(job_id: Annotated[CleanText, Path(max_length=64)], service: ServiceDep) -> JobReply:
    """How far an ingest is. When it is `done`, the next search sees all of it."""
    return JobReply.of(service.jobs.get(job_id))
