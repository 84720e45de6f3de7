"""For those who watch over the service."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from api.dependencies import ServiceDep
from api.metrics import CONTENT_TYPE
from api.problems import Problem
from api.schemas.common import Reply
from index.errors import ArchiveError

router = APIRouter(tags=["health"])


class Alive(Reply):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Reply):
    """The service can answer questions."""

    status: Literal["ready"] = "ready"
    sequence: int


@router.get("/livez", response_model=Alive)
async def livez() -> Alive:
    """Whether the process answers at all."""
    return Alive()


@router.get(
    "/readyz", response_model=Ready, responses={503: {"description": "It cannot answer now."}}
)
def readyz(request: Request) -> Ready | Response:
    """Whether questions can be answered: models are loaded and the archive can be read."""
    service = getattr(request.app.state, "service", None)
    if service is None:
        return _not_ready(request, "it is starting or stopping; try again in a second", 1)
    try:
        # Another process may have embedded the archive again with another model.
        service.engine.archive.require(service.recipe)
    except ArchiveError as error:
        return _not_ready(request, str(error), 60)
    return Ready(sequence=service.engine.views.sequence)


def _not_ready(request: Request, detail: str, retry_after: int) -> Response:
    return Problem(
        503,
        "not-ready",
        "The service cannot answer now",
        detail,
        headers=(("Retry-After", str(retry_after)),),
    ).to_response(request.scope["request_id"])


@router.get("/metrics", response_class=Response)
def metrics(service: ServiceDep) -> Response:
    """Counts and times in the text format of Prometheus."""
    return Response(service.metrics.render(), media_type=CONTENT_TYPE)
