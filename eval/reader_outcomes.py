"""Questions with their passage given -> what a reader made of each."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from eval.errors import DatasetError
from eval.outcomes import GOOD_F1
from qa.reader import Reader, ReaderPassage
from qa.squad import SquadQuestion, exact_match, f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from qa.reader import Reading

NOTHING_FOUND = -1e9
"""The score of a passage in which a reader found no span at all."""
_PASSAGE = re.compile(r"\S.{0,900}(?:[.!?\n](?=\s|$)|$)|\S.{0,900}", re.DOTALL)
"""A cut of a context: some 900 characters, to the end of a sentence where there is one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reader made of one question; `score` is that of its best span in the whole context.

    Attributes:
        f1, exact: of the best span against the gold answers; 0 where there is none.
        own_passage_score, own_passage_relevance: of the cut of the question's own context that
            holds a gold answer; None where no cut holds one whole, or no wrong passage was read.
        wrong_passage_score, wrong_passage_relevance: of the cut of another article that
            retrieval ranks first; None where none was read.
    """

    id: str
    answerable: bool
    f1: float
    exact: float
    score: float
    relevance: float
    confidence: float
    own_passage_score: float | None = None
    own_passage_relevance: float | None = None
    wrong_passage_score: float | None = None
    wrong_passage_relevance: float | None = None

    @property
    def right(self) -> bool:
        """Whether the best span is a right answer, by `GOOD_F1`."""
        return self.answerable and self.f1 >= GOOD_F1


def read_question(
    reader: Reader, question: SquadQuestion, wrong_passage: ReaderPassage | None = None
) -> Outcome:
    """Reads the question's own context, and a wrong passage if one is given.

    With a wrong passage, the cut of the context that holds the answer is read too: it is what the
    wrong passage is fairly compared with, since the best of a long context's many windows scores
    higher than one cut does. Where the context is a single cut, its own reading is taken.
    """
    title = question.title.replace("_", " ")
    passages = [ReaderPassage(title, question.context)]
    cuts = list(_PASSAGE.finditer(question.context))
    holding = next(_holding(question, cuts), None) if wrong_passage is not None else None
    if wrong_passage is not None:
        passages.append(wrong_passage)
    if holding is not None and len(cuts) > 1:
        passages.append(ReaderPassage(title, holding.group()))
    reading, *others = reader.read(question.text, passages)
    wrong = others[0] if others else None
    own = (others[1] if len(cuts) > 1 else reading) if holding is not None else None
    best = reading.spans[0] if reading.spans else None
    text = question.context[best.start : best.end] if best else ""
    gold = [answer.text for answer in question.answers]
    return Outcome(
        id=question.id,
        answerable=question.answerable,
        f1=f1(text, gold) if gold else 0.0,
        exact=exact_match(text, gold) if gold else 0.0,
        score=_score(reading),
        relevance=reading.relevance,
        confidence=reader.confidence(_score(reading)),
        own_passage_score=_score(own) if own else None,
        own_passage_relevance=own.relevance if own else None,
        wrong_passage_score=_score(wrong) if wrong else None,
        wrong_passage_relevance=wrong.relevance if wrong else None,
    )


def _score(reading: Reading) -> float:
    return reading.spans[0].score if reading.spans else NOTHING_FOUND


def _holding(question: SquadQuestion, cuts: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """The cuts in which a whole gold answer stands, in the order of the answers."""
    for answer in question.answers:
        for cut in cuts:
            if answer.start is None:
                held = answer.text in cut.group()
            else:
                held = cut.start() <= answer.start <= cut.end() - len(answer.text)
            if held:
                yield cut


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
    """What `write_outcomes` wrote.

    Raises:
        DatasetError: the file cannot be read, or a line of it is no outcome.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                yield _outcome(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error})") from error


def _outcome(line: str, place: str) -> Outcome:
    try:
        return Outcome(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise DatasetError(
            f"{place} is no outcome ({error}); write the file again with "
            "`python -m eval reader --outcomes`"
        ) from error
