"""Finding passages."""

from typing import Annotated

from fastapi import APIRouter, Depends

from api.dependencies import ServiceDep, SlotDep, check_question
from api.schemas.search import SearchReply, SearchRequest

router = APIRouter(prefix="/v1", tags=["ask"])


def checked(wanted: SearchRequest, service: ServiceDep) -> SearchRequest:
    """The search, if it is one: checked before a place in the queue is taken."""
    check_question(wanted.query, "query", service)
    return wanted


@router.post("/search", response_model=SearchReply, responses={503: {"description": "Queue full."}})
async def search(
    wanted: Annotated[SearchRequest, Depends(checked)], service: ServiceDep, slot: SlotDep
) -> SearchReply:
    """The passages nearest to a query, by meaning and by words."""
    found = await slot.run(
        lambda: service.engine.retriever.search(wanted.query, wanted.k, wanted.filters.to_filters())
    )
    service.metrics.stages(found.timings_ms)
    return SearchReply.of(found)
