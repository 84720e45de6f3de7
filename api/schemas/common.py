"""Kinds of text and days, and the base of what comes in."""

import re
from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from index.article import check_text
from index.errors import InvalidArticleError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _clean(value: str) -> str:
    try:
        check_text(value, "it")
    except InvalidArticleError as error:
        raise PydanticCustomError("unusable_text", "{reason}", {"reason": str(error)}) from None
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    if value is None or type(value) is date:
        return value
    raise PydanticCustomError("day", "a day is written as YYYY-MM-DD")


CleanText = Annotated[str, AfterValidator(_clean)]
"""Text without NUL characters and halves of surrogate pairs."""

Line = Annotated[CleanText, Field(max_length=2000)]
"""A title, a name, an address."""

Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day, nothing but `YYYY-MM-DD`."""


class Request(BaseModel):
    """Base of what comes in: a misspelt field is an error, never silently ignored."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)


class Reply(BaseModel):
    """Base of what goes out."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, from_attributes=True)
