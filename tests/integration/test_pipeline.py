"""From a question to a cited answer, on a real archive with the real embedding model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.article import Draft, Filters
from qa.answer import Answer, Citation
from qa.factory import Engine, open_engine
from qa.followup import Turn
from qa.pipeline import Pipeline
from qa.reader import ReaderPassage, Reading, Span
from qa.settings import PipelineSettings
from qa.suggestions import suggest


class WordReader:
    """Answers with every place of one word; as sure as it is told to be."""

    name = "word"
    threshold = 0.5

    def __init__(self, word: str, score: float = 0.9) -> None:
        self._word = word
        self._score = score

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        readings = []
        for passage in passages:
            at = passage.text.find(self._word)
            end = at + len(self._word)
            spans = (Span(at, end, at, end, self._score),) if at >= 0 else ()
            readings.append(Reading(self._score, spans))
        return readings

    def confidence(self, score: float) -> float:
        return score


@pytest.fixture(scope="module")
def engine(small_archive: Path) -> Iterator[Engine]:
    opened = open_engine(PipelineSettings(archive=small_archive, reader="sentence"))
    yield opened
    opened.close()


@pytest.fixture
def own_engine(own_archive: Path) -> Iterator[Engine]:
    opened = open_engine(PipelineSettings(archive=own_archive, reader="sentence"))
    yield opened
    opened.close()


def reading(engine: Engine, word: str, score: float = 0.9) -> Pipeline:
    return replace(engine.pipeline, reader=WordReader(word, score))


def all_citations(answer: Answer) -> list[Citation]:
    others = [citation for other in answer.alternatives for citation in other.citations]
    return [*answer.citations, *others]


@pytest.mark.parametrize(
    "question",
    ["How did Kim travel to Russia?", "Who chairs ISRO?", "Why does the bakery close?", "🚂 ?"],
)
def test_every_citation_is_what_stands_in_its_version(engine: Engine, question: str) -> None:
    answer = engine.pipeline.ask(question)
    assert answer.citations
    for citation in all_citations(answer):
        body = engine.archive.version(citation.article.id, citation.version).body
        assert body[citation.start : citation.end] == citation.quote
        assert body[citation.context_start : citation.context_end] == citation.context
        assert citation.context_start <= citation.start < citation.end <= citation.context_end


def test_articles_that_agree_support_one_answer(engine: Engine) -> None:
    answer = reading(engine, "private armoured train").ask("How did Kim travel?")
    assert answer.answer in {"private armoured train", "private \narmoured train"}
    assert answer.support == len({c.article.id for c in answer.citations}) == 2


def test_an_unsure_reader_means_that_the_archive_does_not_say(engine: Engine) -> None:
    answer = reading(engine, "train", score=0.3).ask("How did Kim travel?")
    assert (answer.answered, answer.answer, answer.support) == (False, None, 0)
    assert answer.reason is not None
    assert answer.reason.stage == "read"
    assert answer.confidence == pytest.approx(0.3)
    assert all(citation.quote == citation.quote.strip() for citation in answer.citations)
    assert answer.alternatives[0].answer == "train"


def test_the_threshold_can_be_set(engine: Engine) -> None:
    bold = replace(reading(engine, "train", score=0.3), threshold=0.2)
    assert bold.ask("How did Kim travel?").answer == "train"


def test_filters_that_leave_nothing_are_named_as_the_reason(engine: Engine) -> None:
    answer = engine.pipeline.ask("How did Kim travel?", Filters(published_to=date(1999, 1, 1)))
    assert not answer.answered
    assert answer.reason is not None
    assert answer.reason.stage == "retrieve"
    assert "filters" in answer.reason.detail
    assert answer.citations == ()


def test_filters_keep_other_sources_out(engine: Engine) -> None:
    answer = reading(engine, "train").ask("How did Kim travel?", Filters(sources=("Courier",)))
    assert {citation.article.source for citation in all_citations(answer)} == {"Courier"}


def test_a_source_named_in_the_question_narrows(engine: Engine) -> None:
    answer = reading(engine, "train").ask("How did Kim travel, according to the Courier?")
    assert {citation.article.source for citation in all_citations(answer)} == {"Courier"}


def test_a_follow_up_is_read_with_the_thread(engine: Engine) -> None:
    thread = [Turn("Where did Kim Jong Un meet Putin?", "Vostochny Cosmodrome")]
    answer = engine.pipeline.ask("How did he travel?", history=thread)
    assert answer.question == "How did he travel?"
    assert answer.read_as.startswith("How did Kim Jong Un travel?")


def test_stages_are_told_as_they_begin(engine: Engine) -> None:
    heard: list[str] = []
    engine.pipeline.ask("Who chairs ISRO?", on_stage=heard.append)
    assert heard == ["retrieve", "read", "assemble"]


def test_no_more_citations_come_than_were_asked_for(engine: Engine) -> None:
    answer = reading(engine, "train").ask("How did Kim travel?", max_citations=1)
    assert len(answer.citations) == 1


def test_a_deleted_article_is_never_cited_again(own_engine: Engine) -> None:
    own_engine.ingester.remove("kim-by-rail")
    answer = reading(own_engine, "train").ask("How did Kim travel to Russia?")
    assert answer.citations
    assert "kim-by-rail" not in {citation.article.id for citation in all_citations(answer)}


def test_a_corrected_article_is_cited_in_its_new_version(own_engine: Engine) -> None:
    body = "Kim Jong Un travelled to Russia by aeroplane, the Courier learnt."
    draft = Draft(body=body, id="kim-by-rail", title="Kim travels", source="Courier")
    own_engine.ingester.ingest([draft])
    answer = reading(own_engine, "aeroplane").ask("How did Kim travel to Russia?")
    current = own_engine.archive.article("kim-by-rail").version
    assert [(c.article.id, c.version) for c in answer.citations] == [("kim-by-rail", current)]
    assert len(own_engine.archive.versions("kim-by-rail")) == 2


def test_an_empty_archive_does_not_say(tmp_path: Path) -> None:
    settings = PipelineSettings(archive=tmp_path / "archive", reader="sentence")
    engine = open_engine(settings, create=True)
    answer = engine.pipeline.ask("Who chairs ISRO?")
    engine.close()
    assert (answer.answered, answer.citations, answer.sequence) == (False, (), 0)


def test_suggestions_are_questions_that_the_pipeline_answers(engine: Engine) -> None:
    suggested = suggest(engine.archive, engine.pipeline.ask)
    for question in suggested:
        assert question.endswith("?")
        assert engine.pipeline.ask(question).answered
