"""Questions with their passage given -> what a reader made of each."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from qa.reader import Reader, ReaderPassage
from qa.squad import SquadQuestion, exact_match, f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

NOTHING_FOUND = -1e9
"""The score of a passage in which a reader found no span at all."""
_PASSAGE = re.compile(r"\S.{0,900}(?:[.!?\n](?=\s|$)|$)|\S.{0,900}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of one question; `score` is that of its best span.

    Attributes:
        f1, exact: of the best span against the gold answers; 0 where there is none.
        wrong_passage_score, wrong_passage_relevance: of a passage that retrieval ranks first in
            another article; None where none was read.
    """

    id: str
    answerable: bool
    f1: float
    exact: float
    score: float
    relevance: float
    confidence: float
    wrong_passage_score: float | None = None
    wrong_passage_relevance: float | None = None

    @property
    def right(self) -> bool:
        """Whether the best span is a right answer: at least half of its words, by F1."""
        return self.answerable and self.f1 >= 0.5


def read_question(
    reader: Reader, question: SquadQuestion, wrong_passage: ReaderPassage | None = None
) -> Outcome:
    """Reads the question's own context, and a wrong passage if one is given."""
    passages = [ReaderPassage(question.title.replace("_", " "), question.context)]
    if wrong_passage is not None:
        passages.append(wrong_passage)
    reading, *others = reader.read(question.text, passages)
    best = reading.spans[0] if reading.spans else None
    text = question.context[best.start : best.end] if best else ""
    score = best.score if best else NOTHING_FOUND
    gold = [answer.text for answer in question.answers]
    other = others[0] if others else None
    wrong_score = None
    if other is not None:
        wrong_score = other.spans[0].score if other.spans else NOTHING_FOUND
    return Outcome(
        id=question.id,
        answerable=question.answerable,
        f1=f1(text, gold) if gold else 0.0,
        exact=exact_match(text, gold) if gold else 0.0,
        score=score,
        relevance=reading.relevance,
        confidence=reader.confidence(score),
        wrong_passage_score=wrong_score,
        wrong_passage_relevance=other.relevance if other else None,
    )


def wrong_passages(
    questions: Sequence[SquadQuestion], asked: Sequence[SquadQuestion]
) -> list[ReaderPassage | None]:
    """For each asked question, the passage of another article that BM25 ranks first.

    Articles are told apart by title. None where there is no other article.
    """
    from qa.reader_files import SHIPPED, ReaderFiles
    from qa.training.retrieval import LexicalRanker
    from qa.windows import PairTokenizer

    contexts = dict.fromkeys((question.title, question.context) for question in questions)
    passages = [
        ReaderPassage(title.replace("_", " "), match.group())
        for title, context in contexts
        for match in _PASSAGE.finditer(context)
    ]
    tokenizer = PairTokenizer(ReaderFiles(SHIPPED).tokenizer)
    ranker = LexicalRanker([t.ids for t in tokenizer.encode([p.text for p in passages])])
    ranked = ranker.top([t.ids for t in tokenizer.encode([q.text for q in asked])], 60)
    return [
        next(
            (
                passages[place]
                for place in places
                if passages[place].title != question.title.replace("_", " ")
                and not _holds(passages[place].text, question)
            ),
            None,
        )
        for question, places in zip(asked, ranked, strict=True)
    ]


def _holds(text: str, question: SquadQuestion) -> bool:
    return any(answer.text.lower() in text.lower() for answer in question.answers)


def write_outcomes(outcomes: Iterable[Outcome], path: Path) -> None:
    """One JSON object a line; no text of the data goes in."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(outcome)) + "\n" for outcome in outcomes)


def load_outcomes(path: Path) -> Iterator[Outcome]:
    """What `write_outcomes` wrote."""
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield Outcome(**json.loads(line))
