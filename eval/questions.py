"""Questions with what is known of their answers: the one form every format is loaded into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.article import Filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.article import Draft

NO_FILTERS = Filters()
TYPES = (
    "who",
    "when",
    "where",
    "how_many",
    "what",
    "why",
    "quotation",
    "speaker",
    "relative_date",
    "agreeing",
    "disagreeing",
    "filtered",
    "unanswerable",
)
"""The types of the gold set, in the order tables and plots show them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted answer at one place: `body[start:end] == text` in a version of an article."""

    article: str
    version: str
    text: str
    start: int
    end: int
    side: str | None = None
    """Of articles that disagree: which value of the fact this is."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its accepted answers and its relevant articles.

    Attributes:
        relevant: grade of each relevant article (the qrels); 0 is judged and not relevant.
        answers: every accepted place; empty where the archive does not answer, and for sets
            that judge retrieval alone.
    """

    id: str
    text: str
    type: str
    relevant: Mapping[str, int]
    answers: tuple[Accepted, ...] = ()
    filters: Filters = NO_FILTERS
    close_miss: bool = False
    note: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The distinct accepted wordings, in the order given."""
        return tuple(dict.fromkeys(answer.text for answer in self.answers))

    @property
    def sides(self) -> frozenset[str]:
        """The values on which the articles disagree; empty for other questions."""
        return frozenset(answer.side for answer in self.answers if answer.side is not None)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions and the articles they are asked of.

    Attributes:
        name: what tables call it.
        articles: what goes into the archive; empty when the questions are asked of a service.
        answers_known: False for sets that judge retrieval alone (BEIR): a question without
            answers is then no unanswerable one.
    """

    name: str
    questions: tuple[Question, ...]
    articles: tuple[Draft, ...]
    answers_known: bool = True
