"""SQuAD's format and measures, against figures worked out by hand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.squad import SquadFormatError, exact_match, f1, load_squad, normalise_answer


def write(path: Path, context: str, *questions: dict[str, object]) -> Path:
    content = {"data": [{"title": "T", "paragraphs": [{"context": context, "qas": questions}]}]}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def question(**changes: object) -> dict[str, object]:
    return {"id": "q1", "question": " Where? ", "answers": []} | changes


def test_normalisation_drops_case_punctuation_articles_and_white_space() -> None:
    assert normalise_answer("  The “U.S.”\tArmy, a  force! ") == "“us” army force"


def test_normalisation_keeps_articles_inside_words() -> None:
    assert normalise_answer("Athena and another") == "athena and another"


def test_f1_of_partly_shared_words() -> None:
    # 2 of 3 predicted words are among 4 expected: 2 * 2 / (3 + 4)
    assert f1("red green blue", ["green blue white black"]) == pytest.approx(4 / 7)


def test_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    # shared: one "no"; 2 * 1 / (2 + 1)
    assert f1("no no", ["no"]) == pytest.approx(2 / 3)


def test_f1_takes_the_best_gold_answer() -> None:
    assert f1("Barack Obama", ["Obama", "Barack Obama"]) == 1.0


def test_without_gold_answers_only_an_empty_prediction_is_right() -> None:
    assert (f1("", []), exact_match("", [])) == (1.0, 1.0)
    assert (f1("Paris", []), exact_match("Paris", [])) == (0.0, 0.0)


def test_an_answer_of_articles_alone_equals_another_such() -> None:
    assert f1("the", ["a"]) == 1.0
    assert f1("the", ["Paris"]) == 0.0


@given(st.text(), st.text())
def test_measures_stay_in_bounds_and_an_exact_match_has_full_f1(one: str, other: str) -> None:
    assert 0 <= f1(one, [other]) <= 1
    if exact_match(one, [other]):
        assert f1(one, [other]) == 1.0


@given(st.text(), st.text())
def test_f1_is_symmetric(one: str, other: str) -> None:
    assert f1(one, [other]) == f1(other, [one])


@given(st.text())
def test_normalisation_is_idempotent_but_for_articles_it_uncovers(text: str) -> None:
    once = normalise_answer(text)
    assert set(normalise_answer(once).split()) <= set(once.split())


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    plain = write(
        tmp_path / "a.json", "In Oslo.", question(answers=[{"text": "Oslo", "answer_start": 3}])
    )
    packed = tmp_path / "a.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    (one,) = load_squad(packed)
    assert (one.text, one.title, one.answers[0].start) == ("Where?", "T", 3)


def test_an_answer_without_offset_is_kept_without_one(tmp_path: Path) -> None:
    (one,) = load_squad(
        write(tmp_path / "a.json", "In Oslo.", question(answers=[{"text": "Oslo"}]))
    )
    assert (one.answers[0].text, one.answers[0].start) == ("Oslo", None)


def test_a_wrong_offset_is_repaired_to_the_nearest_occurrence(tmp_path: Path) -> None:
    answer = {"text": "Oslo", "answer_start": 14}
    (one,) = load_squad(
        write(tmp_path / "a.json", "Oslo is not in Oslo.", question(answers=[answer]))
    )
    assert one.answers[0].start == 15


def test_white_space_around_an_answer_is_not_part_of_it(tmp_path: Path) -> None:
    answer = {"text": " Oslo ", "answer_start": 2}
    (one,) = load_squad(write(tmp_path / "a.json", "In Oslo now", question(answers=[answer])))
    assert (one.answers[0].text, one.answers[0].start) == ("Oslo", 3)


def test_a_question_whose_answers_stand_nowhere_is_dropped(tmp_path: Path) -> None:
    answer = {"text": "Bergen", "answer_start": 3}
    assert load_squad(write(tmp_path / "a.json", "In Oslo.", question(answers=[answer]))) == []


def test_plausible_answers_of_an_impossible_question_are_ignored(tmp_path: Path) -> None:
    asked = question(is_impossible=True, answers=[{"text": "Oslo", "answer_start": 3}])
    (one,) = load_squad(write(tmp_path / "a.json", "In Oslo.", asked))
    assert not one.answerable


@pytest.mark.parametrize("content", ["not json", "[]", '{"data": [{"paragraphs": [{}]}]}'])
def test_another_format_is_refused_with_the_file_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SquadFormatError, match=r"other\.json"):
        load_squad(path)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"question": None},
            r"data\[0\]\.paragraphs\[0\]\.qas\[1\]\.question is null, not a string",
        ),
        ({"id": None}, r"qas\[1\]\.id is null, not a string"),
        ({"answers": None}, r"qas\[1\]\.answers is null, not a list"),
        ({"answers": ["Oslo"]}, r"qas\[1\]\.answers\[0\] is a string, not an object"),
        ({"answers": [{"text": None}]}, r"qas\[1\]\.answers\[0\]\.text is null, not a string"),
        (
            {"answers": [{"text": "Oslo", "answer_start": "3"}]},
            r"qas\[1\]\.answers\[0\]\.answer_start is a string, not a whole number",
        ),
    ],
)
def test_a_value_of_another_type_is_named_by_its_place(
    tmp_path: Path, changes: dict[str, object], reason: str
) -> None:
    path = write(tmp_path / "a.json", "In Oslo.", question(), question(**changes))
    with pytest.raises(SquadFormatError, match=reason):
        load_squad(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"data": None}, "data is null, not a list"),
        ({"data": [7]}, r"data\[0\] is a number, not an object"),
        ({"data": [{"paragraphs": [{"context": "x"}]}]}, r"paragraphs\[0\] lacks qas"),
        ({"data": [{"paragraphs": [{"qas": []}]}]}, r"paragraphs\[0\] lacks context"),
    ],
)
def test_a_place_that_breaks_the_format_is_named(
    tmp_path: Path, content: dict[str, object], reason: str
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(content))
    with pytest.raises(SquadFormatError, match=reason):
        load_squad(tmp_path / "a.json")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.json", "In Oslo. " * 100, question()).read_bytes()
    packed = gzip.compress(plain)
    (tmp_path / "cut.json.gz").write_bytes(packed[:-20])
    (tmp_path / "corrupt.json.gz").write_bytes(packed[:10] + b"\xff" + packed[11:])
    (tmp_path / "latin.json").write_bytes(plain.replace(b"Oslo", b"Troms\xf8", 1))
    for name, reason in (
        ("cut.json.gz", "damaged or cut off"),
        ("corrupt.json.gz", "damaged or cut off"),
        ("latin.json", "not UTF-8"),
    ):
        with pytest.raises(SquadFormatError, match=reason):
            load_squad(tmp_path / name)
