"""Sets given by path: what is taken in, and what is refused with a sentence that says where."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.datasets import load_dataset
from eval.errors import DatasetError


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    rows = [
        {"_id": "d1", "title": "Kim", "text": "Kim came by train."},
        {"_id": "a/b c", "title": "", "text": "Putin waited."},
        {"_id": "d3", "title": "Only a title", "text": ""},
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "who came"}\n{"_id": "q2", "text": "who waited"}\n'
    )
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t0\nq2\ta/b c\t1\n"
    )
    return folder


def squad(path: Path, *questions: dict[str, object], context: str = "Kim met Putin.") -> Path:
    paragraphs = [{"context": context, "qas": list(questions)}]
    content = json.dumps({"data": [{"title": "Summit_of_2023", "paragraphs": paragraphs}]})
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    return path


def test_a_beir_folder_gives_judged_questions_and_articles(beir):
    dataset = load_dataset(beir)
    assert dataset.name == "tiny"
    assert not dataset.answers_known
    assert [question.text for question in dataset.questions] == ["who came", "who waited"]
    assert dataset.questions[0].relevant == {"d1": 2, "d3": 0}
    assert [article.body for article in dataset.articles] == [
        "Kim came by train.",
        "Putin waited.",
        "Only a title",
    ]


def test_ids_that_an_archive_cannot_have_are_replaced_in_corpus_and_judgements_alike(beir):
    dataset = load_dataset(beir)
    [replaced] = dataset.questions[1].relevant
    assert replaced == dataset.articles[1].id
    assert replaced.startswith("a-b-c-")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("q9\td1\t1", r"test.tsv:5 names 'q9', which queries.jsonl has not"),
        ("q1\td9\t1", r"test.tsv:5 names 'd9', which corpus.jsonl has not"),
        ("q1 d1 1", r"test.tsv:5 is not query-id, corpus-id and a whole number"),
        ("q1\td1\tyes", r"test.tsv:5 is not query-id, corpus-id and a whole number"),
    ],
)
def test_a_judgement_that_does_not_fit_is_named_by_its_line(beir, line, reason):
    with (beir / "qrels" / "test.tsv").open("a") as out:
        out.write(line + "\n")
    with pytest.raises(DatasetError, match=reason):
        load_dataset(beir)


def test_the_test_split_is_taken_before_the_others(beir):
    (beir / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq2\ta/b c\t1\n")
    assert len(load_dataset(beir).questions) == 2
    (beir / "qrels" / "test.tsv").unlink()
    assert len(load_dataset(beir).questions) == 1


def test_a_beir_folder_without_judgements_says_where_they_belong(beir):
    (beir / "qrels" / "test.tsv").unlink()
    with pytest.raises(DatasetError, match=r"qrels has none of test\.tsv"):
        load_dataset(beir)


def test_judgements_of_nothing_are_an_empty_set(beir):
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    with pytest.raises(DatasetError, match="holds no question"):
        load_dataset(beir)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "corpus.jsonl:4 is not JSON"),
        ('{"_id": "x"}', "corpus.jsonl:4 lacks _id or text"),
        ('{"_id": "x", "text": null}', "corpus.jsonl:4: _id and text are to be strings"),
    ],
)
def test_a_corpus_line_that_does_not_fit_is_named(beir, line, reason):
    with (beir / "corpus.jsonl").open("a") as out:
        out.write(line + "\n")
    with pytest.raises(DatasetError, match=reason):
        load_dataset(beir)


@pytest.mark.parametrize("name", ["set.json", "set.json.gz"])
def test_squad_contexts_become_articles_and_answers_keep_their_offsets(tmp_path, name):
    asked = {"id": "1", "question": "Who?", "answers": [{"text": "Putin", "answer_start": 8}]}
    dataset = load_dataset(squad(tmp_path / name, asked))
    [article], [question] = dataset.articles, dataset.questions
    assert (article.title, article.body) == ("Summit of 2023", "Kim met Putin.")
    [answer] = question.answers
    assert (answer.article, answer.start, answer.end) == (article.id, 8, 13)
    assert question.relevant == {article.id: 1}
    assert dataset.name == "set"


def test_a_squad_question_marked_impossible_has_no_answer(tmp_path):
    asked = {"id": "1", "question": "Who?", "answers": [], "is_impossible": True}
    [question] = load_dataset(squad(tmp_path / "set.json", asked)).questions
    assert (question.type, question.answers, question.relevant) == ("unanswerable", (), {})


def test_a_squad_answer_without_offset_is_accepted_wherever_it_stands(tmp_path):
    asked = {"id": "1", "question": "Who?", "answers": [{"text": "Kim"}]}
    path = squad(tmp_path / "set.json", asked, context="Kim, said Kim.")
    [question] = load_dataset(path).questions
    assert [answer.start for answer in question.answers] == [0, 10]


def test_a_limit_keeps_questions_from_the_whole_set_and_every_article(tmp_path):
    asked = [{"id": str(n), "question": f"Q{n}?", "answers": []} for n in range(10)]
    dataset = load_dataset(squad(tmp_path / "set.json", *asked), limit=5)
    assert [question.id for question in dataset.questions] == ["0", "2", "4", "6", "8"]
    assert len(dataset.articles) == 1
    with pytest.raises(DatasetError, match="--limit is 0"):
        load_dataset(tmp_path / "set.json", limit=0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("set.json", b"nothing", "is not JSON"),
        ("set.json", b"{}", "expected data > paragraphs"),
        ("set.json", b'{"data": []}', "holds no question"),
        ("set.json.gz", b"not gzipped", "cannot be read"),
        ("set.json.gz", gzip.compress(b'{"data": []}')[:-9], "damaged or cut off"),
        ("set.json", b'{"data": "\xff"}', "is not UTF-8"),
        ("set.csv", b"a,b", "is in no format known here; give a BEIR folder"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DatasetError, match=reason):
        load_dataset(tmp_path / name)


def test_question_ids_that_come_twice_are_named(tmp_path):
    asked = [{"id": name, "question": "Who?", "answers": []} for name in ("a", "b", "a", "c", "b")]
    path = squad(tmp_path / "set.json", *asked)
    for limit in (None, 1):
        with pytest.raises(DatasetError, match=r"2 question ids more than once \(a, b\)"):
            load_dataset(path, limit=limit)


def test_a_query_id_that_comes_twice_is_named_by_its_line(beir):
    with (beir / "queries.jsonl").open("a") as out:
        out.write('{"_id": "q1", "text": "who else came"}\n')
    with pytest.raises(DatasetError, match=r"queries\.jsonl:3: the id 'q1' is taken"):
        load_dataset(beir)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_line_that_is_not_utf8_is_named(beir, name):
    lines = (beir / name).read_bytes().count(b"\n")
    with (beir / name).open("ab") as out:
        out.write(b"\xff\n")
    with pytest.raises(DatasetError, match=rf"{name}:{lines + 1} is not UTF-8"):
        load_dataset(beir)


def test_a_gold_line_that_is_not_utf8_is_named(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.md").write_text("---\nid: a\n---\nText.\n")
    (tmp_path / "gold.jsonl").write_bytes(b"{}\n\xff\n")
    with pytest.raises(DatasetError, match=r"gold\.jsonl:2 is not UTF-8"):
        load_dataset(tmp_path / "gold.jsonl")


def test_a_missing_path_and_an_unknown_folder_say_what_can_be_given(tmp_path):
    with pytest.raises(DatasetError, match=r"there is nothing at .*; give a BEIR folder"):
        load_dataset(tmp_path / "none")
    with pytest.raises(DatasetError, match="no format known here"):
        load_dataset(tmp_path)


def test_a_gold_file_needs_its_articles_beside_it(tmp_path):
    (tmp_path / "gold.jsonl").write_text("{}\n")
    with pytest.raises(DatasetError, match=r"there is no folder .*articles"):
        load_dataset(tmp_path / "gold.jsonl")


def test_an_article_of_a_gold_set_needs_an_id_of_its_own(tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "gold.jsonl").write_text("{}\n")
    (tmp_path / "articles" / "a.md").write_text("---\ntitle: A\n---\nText.\n")
    with pytest.raises(DatasetError, match=r"a\.md has no id"):
        load_dataset(tmp_path / "gold.jsonl")
    for name in ("a", "b"):
        (tmp_path / "articles" / f"{name}.md").write_text("---\nid: same\n---\nText.\n")
    with pytest.raises(DatasetError, match="both have the id same"):
        load_dataset(tmp_path / "gold.jsonl")
