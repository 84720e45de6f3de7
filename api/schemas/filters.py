"""Which articles a question is asked of."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from api.schemas.common import Day, Line, Request
from index.article import Filters


class FilterFields(Request):
    """Narrows a question or a search; what is left out does not narrow."""

    sources: Annotated[tuple[Line, ...], Field(max_length=100)] = Field(
        (), description="Only articles of these sources.", examples=[["Harbor Wire"]]
    )
    published_from: Day | None = Field(
        None, description="First day, included.", examples=["2023-09-01"]
    )
    published_to: Day | None = Field(
        None, description="Last day, included.", examples=["2023-09-30"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(
                "published_from is after published_to, so that no article can match; swap them"
            )
        return self

    def to_filters(self) -> Filters:
        """The filters as the engine knows them."""
        return Filters(self.sources, self.published_from, self.published_to)


NO_FILTERS = FilterFields.model_validate({})
