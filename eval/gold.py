"""The gold format: a question a line, its accepted answers as offsets into article versions.

The format is described for writers in `eval/data/README.md`.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.errors import DatasetError, GoldError
from eval.questions import TYPES, Accepted, Question
from index.article import Filters, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from index.article import Draft


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GoldAnswer(_Strict):
    """An accepted answer as a line gives it: by occurrence in a draft, by offsets once resolved."""

    article: str
    text: Annotated[str, Field(min_length=1)]
    nth: int | list[int] | Literal["all"] | None = None
    start: int | None = None
    end: int | None = None
    version: str | None = None
    side: str | None = None


class GoldFilters(_Strict):
    """The filters sent along with a question."""

    sources: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None

    def to_filters(self) -> Filters:
        """The same as the retriever takes them."""
        return Filters(self.sources, self.published_from, self.published_to)


class GoldLine(_Strict):
    """One line of a gold file."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
    type: str
    question: Annotated[str, Field(pattern=r"\S.*\?$")]
    answers: list[GoldAnswer] = []
    filters: GoldFilters | None = None
    close_miss: bool | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _consistent(self) -> GoldLine:
        if self.type not in TYPES:
            raise ValueError(f"type is {self.type!r}; it is one of {', '.join(TYPES)}")
        if (self.type == "unanswerable") != (not self.answers):
            raise ValueError("`unanswerable` questions have no answers, all others have some")
        if (self.type == "unanswerable") != (self.close_miss is not None):
            raise ValueError(
                "close_miss is given, true or false, for `unanswerable` and only there"
            )
        sides = {answer.side for answer in self.answers}
        if self.type == "disagreeing" and (None in sides or len(sides) < 2):
            raise ValueError("each answer of a `disagreeing` question has a side, two at least")
        if self.type != "disagreeing" and sides - {None}:
            raise ValueError("side is for `disagreeing` questions only")
        return self


def parse_lines(path: Path) -> list[tuple[int, GoldLine]]:
    """The lines of a gold file with their numbers.

    Raises:
        DatasetError: there is no such file, or it holds no question.
        GoldError: lines that are not in the format, all of them named.
    """
    if not path.is_file():
        raise DatasetError(f"there is no gold file {path}")
    lines: list[tuple[int, GoldLine]] = []
    problems: list[str] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not text.strip():
            continue
        try:
            lines.append((number, GoldLine.model_validate_json(text)))
        except ValidationError as error:
            problems += [f"line {number}: {reason}" for reason in _reasons(error)]
    if problems:
        raise GoldError(path, problems)
    if not lines:
        raise DatasetError(f"{path} holds no question; see eval/data/README.md for the format")
    return lines


def _reasons(error: ValidationError) -> Iterable[str]:
    for each in error.errors(include_url=False):
        place = ".".join(str(part) for part in each["loc"])
        yield f"{place}: {each['msg']}" if place else str(each["msg"])


def load_gold(path: Path, articles: Mapping[str, Draft]) -> list[Question]:
    """The questions of a resolved gold file.

    Raises:
        DatasetError: there is no such file, or it holds no question.
        GoldError: an answer does not stand in its article, or an id comes twice.
    """
    versions = {name: version_of(draft.body) for name, draft in articles.items()}
    questions: list[Question] = []
    problems: list[str] = []
    seen: set[str] = set()
    for number, line in parse_lines(path):
        if line.id in seen:
            problems.append(f"line {number}: the id {line.id} is taken; give another")
        seen.add(line.id)
        reasons = (_problem(answer, articles, versions) for answer in line.answers)
        problems += [f"line {number} ({line.id}): {reason}" for reason in reasons if reason]
        if not problems:
            questions.append(_question(line))
    if problems:
        raise GoldError(path, problems)
    return questions


def _problem(
    answer: GoldAnswer, articles: Mapping[str, Draft], versions: Mapping[str, str]
) -> str | None:
    """Why a resolved answer does not stand; None where it does."""
    if answer.article not in articles:
        return f"there is no article {answer.article!r}"
    if answer.start is None or answer.end is None or answer.version is None:
        return "an answer has no offsets; run `python -m eval gold resolve` on the file"
    if answer.version != versions[answer.article]:
        return (
            f"{answer.article} has changed since the question was written; "
            "run `python -m eval gold resolve` on the file"
        )
    stands = articles[answer.article].body[answer.start : answer.end]
    if stands != answer.text:
        return (
            f"{answer.article}[{answer.start}:{answer.end}] is {stands[:60]!r}, "
            f"not {answer.text[:60]!r}; run `python -m eval gold resolve` on the file"
        )
    return None


def _question(line: GoldLine) -> Question:
    accepted = tuple(
        Accepted(each.article, each.version, each.text, each.start, each.end, each.side)
        for each in line.answers
        if each.version is not None and each.start is not None and each.end is not None
    )
    return Question(
        id=line.id,
        text=line.question,
        type=line.type,
        relevant={answer.article: 1 for answer in accepted},
        answers=accepted,
        filters=line.filters.to_filters() if line.filters else Filters(),
        close_miss=bool(line.close_miss),
        note=line.note or "",
    )


def write_lines(path: Path, lines: Sequence[GoldLine]) -> None:
    """Write lines in the format, without keys that say nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        json.dumps(line.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        for line in lines
    )
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
