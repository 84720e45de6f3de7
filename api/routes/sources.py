"""What there is to ask about: sources and suggested questions."""

from fastapi import APIRouter

from api.dependencies import ServiceDep
from api.schemas.articles import SourceReply, SourcesReply, SuggestionsReply

router = APIRouter(prefix="/v1", tags=["articles"])


@router.get("/sources", response_model=SourcesReply)
def list_sources(service: ServiceDep) -> SourcesReply:
    """Every source with its count of articles and its range of dates."""
    return SourcesReply(
        sources=tuple(SourceReply.model_validate(one) for one in service.engine.archive.sources())
    )


@router.get("/suggestions", response_model=SuggestionsReply)
def list_suggestions(service: ServiceDep) -> SuggestionsReply:
    """Questions this archive can answer, as last worked out; none at first."""
    suggestions, current = service.suggestions.latest()
    return SuggestionsReply(suggestions=suggestions, current=current)
