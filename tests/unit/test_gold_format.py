"""The gold format: what a writer's line may say, and what is refused with which reason."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.errors import DatasetError, GoldError
from eval.gold import load_gold
from eval.gold_check import leaks
from eval.gold_resolve import occurrences, resolve
from eval.questions import Accepted, Question
from index.article import Draft, version_of

KIM = Draft(
    id="kim",
    title="Kim arrives",
    source="Kestrel Wire",
    body="Kim Jong Un came by train. The train stopped at Khasan.\n\nSome 1,200 people saw Kim.\n",
)
PUTIN = Draft(id="putin", title="Putin waits", body="Putin waited 30 minutes for Kim at Khasan.\n")
ARTICLES = {"kim": KIM, "putin": PUTIN}
WHERE = {"id": "t-1", "type": "where", "question": "At which station did it stop?"}


def write(path: Path, *lines: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def resolved(tmp_path: Path, *lines: dict[str, object]) -> list[Question]:
    out = tmp_path / "out.jsonl"
    resolve([write(tmp_path / "draft.jsonl", *lines)], out, ARTICLES)
    return load_gold(out, ARTICLES)


def refusal(tmp_path: Path, *lines: dict[str, object]) -> str:
    with pytest.raises(GoldError) as raised:
        resolved(tmp_path, *lines)
    assert not (tmp_path / "out.jsonl").exists()
    return str(raised.value)


def test_a_drafted_answer_gets_its_offsets_and_version(tmp_path):
    [question] = resolved(tmp_path, {**WHERE, "answers": [{"article": "kim", "text": "Khasan"}]})
    start = KIM.body.index("Khasan")
    assert question.answers == (
        Accepted("kim", version_of(KIM.body), "Khasan", start, start + len("Khasan")),
    )
    assert question.relevant == {"kim": 1}


@pytest.mark.parametrize(("nth", "count"), [(None, 1), (2, 1), ([1, 2], 2), ("all", 2)], ids=str)
def test_nth_chooses_among_the_places(tmp_path, nth, count):
    answer = {"article": "kim", "text": "Kim", **({"nth": nth} if nth else {})}
    [question] = resolved(tmp_path, {**WHERE, "answers": [answer]})
    assert len(question.answers) == count
    assert (question.answers[0].start == 0) is (nth != 2)


def test_a_resolved_file_resolves_to_itself(tmp_path):
    answers = [{"article": "kim", "text": "Kim", "nth": 2}, {"article": "putin", "text": "Khasan"}]
    first = resolved(tmp_path, {**WHERE, "answers": answers})
    resolve([tmp_path / "out.jsonl"], tmp_path / "again.jsonl", ARTICLES)
    assert (tmp_path / "again.jsonl").read_text() == (tmp_path / "out.jsonl").read_text()
    assert load_gold(tmp_path / "again.jsonl", ARTICLES) == first


def test_resolving_again_follows_an_answer_through_a_correction(tmp_path):
    resolved(tmp_path, {**WHERE, "answers": [{"article": "kim", "text": "Kim", "nth": 2}]})
    corrected = {**ARTICLES, "kim": replace(KIM, body="Correction. " + KIM.body)}
    with pytest.raises(GoldError, match="kim has changed since the question was written"):
        load_gold(tmp_path / "out.jsonl", corrected)
    resolve([tmp_path / "out.jsonl"], tmp_path / "new.jsonl", corrected)
    [question] = load_gold(tmp_path / "new.jsonl", corrected)
    assert question.answers[0].start == len("Correction. ") + KIM.body.rindex("Kim")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"article": "xi", "text": "Khasan"}, "there is no article 'xi'"),
        ({"article": "kim", "text": "Vostochny"}, "'Vostochny' does not stand in kim"),
        ({"article": "kim", "text": "khasan"}, "does not stand in kim; 'Khasan' does"),
        ({"article": "kim", "text": "Kim", "nth": 3}, "stands 2 times in kim; there is no nth 3"),
        ({"article": "kim", "text": " Khasan"}, "begins or ends with white space"),
        ({"article": "kim", "text": "Khasan.\n\nSome"}, "crosses a blank line"),
        ({"article": "kim", "text": "1,200 people,"}, "begins or ends with a mark"),
        ({"article": "kim", "text": "Khasan", "page": 3}, "Extra inputs are not permitted"),
    ],
)
def test_an_answer_that_does_not_stand_is_refused_with_its_line(tmp_path, answer, reason):
    good = {**WHERE, "id": "t-0", "answers": [{"article": "kim", "text": "Khasan"}]}
    message = refusal(tmp_path, good, {**WHERE, "answers": [answer]})
    assert "draft.jsonl has 1 problem" in message
    assert "line 2" in message
    assert reason in message


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({**WHERE, "type": "whence", "answers": []}, "type is 'whence'; it is one of who, when"),
        ({**WHERE, "answers": []}, "`unanswerable` questions have no answers"),
        ({**WHERE, "type": "unanswerable"}, "close_miss is given, true or false"),
        ({**WHERE, "question": "Tell me."}, "question"),
        ({**WHERE, "id": "a b"}, "id"),
        (
            {**WHERE, "type": "disagreeing", "answers": [{"article": "kim", "text": "Kim"}]},
            "has a side, two at least",
        ),
        (
            {**WHERE, "answers": [{"article": "kim", "text": "Kim", "side": "a"}]},
            "side is for `disagreeing` questions only",
        ),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(tmp_path, line, reason):
    assert reason in refusal(tmp_path, line)


def test_every_problem_of_a_file_is_named_at_once(tmp_path):
    message = refusal(
        tmp_path,
        {**WHERE, "answers": [{"article": "kim", "text": "Nowhere"}]},
        {**WHERE, "answers": [{"article": "xi", "text": "Kim"}]},
    )
    assert "3 problems" in message
    assert "line 2 (t-1): the id is taken" in message


def test_answers_lie_inside_the_filters_of_their_question(tmp_path):
    answers = [{"article": "putin", "text": "Khasan"}]
    line = {**WHERE, "answers": answers, "filters": {"sources": ["Kestrel Wire"]}}
    assert "putin is outside the question's own filters" in refusal(tmp_path, line)


def test_places_that_are_not_given_are_told_to_the_writer(tmp_path):
    draft = write(
        tmp_path / "draft.jsonl", {**WHERE, "answers": [{"article": "kim", "text": "Kim"}]}
    )
    [notice] = resolve([draft], tmp_path / "out.jsonl", ARTICLES).notices
    assert "'Kim' also stands in kim as nth 2" in notice


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_questions_is_refused(tmp_path, content):
    (tmp_path / "empty.jsonl").write_text(content)
    with pytest.raises(DatasetError, match="holds no question"):
        load_gold(tmp_path / "empty.jsonl", ARTICLES)


def test_a_line_that_is_not_json_is_named(tmp_path):
    (tmp_path / "bad.jsonl").write_text("not json\n")
    with pytest.raises(GoldError, match=r"line 1: .*JSON"):
        load_gold(tmp_path / "bad.jsonl", ARTICLES)


def test_an_unresolved_file_says_how_to_resolve_it(tmp_path):
    draft = write(
        tmp_path / "draft.jsonl", {**WHERE, "answers": [{"article": "kim", "text": "Kim"}]}
    )
    with pytest.raises(GoldError, match="gold resolve"):
        load_gold(draft, ARTICLES)


def test_a_number_inside_a_longer_one_is_no_occurrence():
    assert occurrences("200", "In 1,200 and 200 of 2000.") == [len("In 1,200 and ")]
    assert occurrences("two", "The network of two.") == [len("The network of ")]
    assert occurrences("3", "3.5 and 3.") == [len("3.5 and ")]


@given(st.text(alphabet="ab 1,.", max_size=30), st.text(alphabet="ab1", min_size=1, max_size=3))
def test_every_occurrence_slices_to_the_text(body, text):
    assert all(body[at : at + len(text)] == text for at in occurrences(text, body))


def question(name: str, text: str, *wordings: str, article: str = "kim") -> Question:
    answers = tuple(Accepted(article, "v", wording, 0, len(wording)) for wording in wordings)
    return Question(name, text, "who", {article: 1} if wordings else {}, answers)


def test_an_answer_spelled_out_in_another_question_is_a_leak():
    asked = [
        question("t-1", "Who came?", "Kim Jong Un", "Kim"),
        question("t-2", "What did Kim Jong Un say?", "nothing", article="putin"),
    ]
    assert list(leaks(asked)) == [
        "t-2 spells out the answer of t-1 ('kim jong un'); word one of them differently"
    ]


def test_a_last_name_in_another_question_is_no_leak():
    asked = [
        question("t-1", "Who came?", "Kim Jong Un", "Kim"),
        question("t-2", "What did Kim say?", "nothing"),
    ]
    assert not list(leaks(asked))


def test_one_word_answers_leak_only_within_an_article():
    where = question("t-1", "Where was it?", "Khasan")
    same = question("t-2", "Who was at Khasan?", "Kim Jong Un")
    other = question("t-3", "Who waited at Khasan?", "Vladimir Putin", article="putin")
    assert [each.split()[0] for each in leaks([where, same, other])] == ["t-2"]


def test_a_question_that_holds_its_own_answer_is_a_leak():
    assert list(leaks([question("t-1", "Was it Khasan?", "Khasan")]))


def test_a_question_asked_twice_is_told():
    asked = [question("t-1", "Who came?", "Kim Jong Un"), question("b-1", "who came", "Putin")]
    assert list(leaks(asked)) == ["b-1 asks the same as t-1; leave one out"]
