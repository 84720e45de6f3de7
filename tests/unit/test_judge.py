"""How likely a span is right, by what reader, retriever and question say of it together."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from index.article import Article, Passage
from index.embedding import load_embedder
from index.retriever import Hit
from qa.expectation import Kind
from qa.judge import READER_ALONE, Features, FittedJudge, Judge, judge_for, observer
from qa.reader import Reading, Span, load_reader

PLAIN = Features(log_odds=0.0, similarity=0.5, fused=0.5, overlap=0.5, mismatch=0.0)


class Sure:
    """A reader whose scores are its confidence."""

    name = "sure"
    threshold = 0.5

    def read(self, question: object, passages: object) -> list[Reading]:
        return []

    def confidence(self, score: float) -> float:
        return score


def found(text: str, quote: str, chance: float = 0.5) -> tuple[Hit, Span]:
    article = Article("a", "", None, None, None, None, "v")
    passage = Passage(1, "a", "v", 0, len(text), text)
    at = text.index(quote)
    return Hit(passage, article, 0.7, 0.6, None), Span(at, at + len(quote), at, at, chance)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When did the train leave?", Kind.TIME),
        ("On which day did it leave?", Kind.DAY),
        ("At what time did it leave?", Kind.CLOCK),
        ("In which month did it leave?", Kind.MONTH),
        ("In what year was it built?", Kind.YEAR),
        ("What percentage of the seats was taken?", Kind.SHARE),
        ("How far did it go?", Kind.LENGTH),
        ("How many carriages had it?", Kind.NUMBER),
        ("How long did the visit last?", Kind.NUMBER),
        ("Who met him?", Kind.NAME),
        ("By whom was he met?", Kind.NAME),
        ("Where did they meet?", Kind.PLACE),
        ("In which city did they meet?", Kind.PLACE),
        ("What did they sign?", Kind.ANY),
        ("Why did it stop?", Kind.REASON),
    ],
)
def test_a_questions_words_say_what_it_asks_for(question: str, kind: Kind) -> None:
    assert Kind.asked(question) is kind


@pytest.mark.parametrize(
    ("kind", "yes", "no"),
    [
        (Kind.TIME, "late on Sunday", "in his train"),
        (Kind.DAY, "Sept. 12", "1970"),
        (Kind.DAY, "a day later", "the bridge"),
        (Kind.CLOCK, "6:03 p.m.", "14 Earth days"),
        (Kind.MONTH, "late September", "Tuesday"),
        (Kind.YEAR, "in 1970", "May 7"),
        (Kind.SHARE, "41.5%", "most of them"),
        (Kind.LENGTH, "650km", "a little over an hour"),
        (Kind.REASON, "the rain had stopped", "rain"),
        (Kind.NUMBER, "three dozen", "many carriages"),
        (Kind.NAME, "Denis Manturov", "a spokesman"),
        (Kind.PLACE, "Khasan", "his train"),
    ],
)
def test_a_spans_form_tells_whether_it_can_be_that(kind: Kind, yes: str, no: str) -> None:
    assert kind.fits(yes)
    assert not kind.fits(no)
    assert Kind.ANY.fits(no)


def test_by_default_the_reader_is_taken_at_its_word() -> None:
    hit, span = found("He left on Sunday.", "Sunday", chance=0.8)
    assert Judge().for_question("When did he leave?", Sure())(hit, span) == pytest.approx(0.8)


def test_the_sum_is_weighted_and_scaled() -> None:
    judge = Judge(similarity=2, fused=4, overlap=6, mismatch=8, slope=0.5, intercept=1)
    features = Features(log_odds=1.0, similarity=0.5, fused=0.25, overlap=0.5, mismatch=1.0)
    assert judge.value(features) == 1 + 2 * 0.5 + 4 * 0.25 + 6 * 0.5 - 8
    assert judge.chance(features) == pytest.approx(1 / (1 + math.exp(-(0.5 * -2 + 1))))


@pytest.mark.parametrize("better", [{"similarity": 0.9}, {"fused": 0.9}, {"overlap": 0.9}])
def test_better_evidence_makes_a_span_likelier(better: dict[str, float]) -> None:
    judge = Judge(similarity=1, fused=1, overlap=1, mismatch=1)
    assert judge.chance(replace(PLAIN, **better)) > judge.chance(PLAIN)


def test_the_shipped_judge_listens_to_more_than_the_reader() -> None:
    judge = FittedJudge.load().judge
    better, worse = replace(PLAIN, fused=0.9, overlap=1.0), replace(PLAIN, fused=0.1, mismatch=1)
    assert judge.chance(better) > judge.chance(PLAIN) > judge.chance(worse)


def test_the_shipped_judge_was_fitted_to_the_shipped_reader_and_model() -> None:
    fitted = FittedJudge.load()
    assert fitted.reader == load_reader().name
    assert fitted.embedding == load_embedder().fingerprint
    assert judge_for(fitted.reader, fitted.embedding) == fitted.judge


def test_other_readers_and_models_are_taken_at_their_word() -> None:
    fitted = FittedJudge.load()
    assert judge_for("another", fitted.embedding) == READER_ALONE
    assert judge_for(fitted.reader, "another") == READER_ALONE


def test_a_judge_is_kept_as_it_is(tmp_path: Path) -> None:
    fitted = FittedJudge("reader-1", "model@2", Judge(similarity=2, threshold=0.4))
    fitted.write(tmp_path / "judge.json")
    assert FittedJudge.load(tmp_path / "judge.json") == fitted


def test_the_questions_words_are_looked_for_around_the_answer_and_not_in_it() -> None:
    text = "The envoy flew in. He met Chancellor Weber on Monday. A storm broke."
    hit, span = found(text, "Chancellor Weber")
    look = observer("Which chancellor did the envoy meet?", Sure())
    # chancellor (in the answer), envoy (the sentence before), meet (stemmed, "met" is another word)
    assert look(hit, span).overlap == pytest.approx(1 / 3)


def test_a_reader_that_is_certain_stays_finite() -> None:
    for chance in (0.0, 1.0):
        hit, span = found("He left on Sunday.", "Sunday", chance)
        assert math.isfinite(observer("When?", Sure())(hit, span).log_odds)
