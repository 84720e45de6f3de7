"""Training files -> examples: offsets, windows, negatives and close misses."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reader_files import SHIPPED
from qa.training.batches import collate, grouped
from qa.training.config import DataConfig
from qa.training.curve import draw, read_log, read_logs
from qa.training.features import Feature, FeatureMaker, random_window, token_span
from qa.training.retrieval import LexicalRanker
from qa.training.sources import (
    Collection,
    Context,
    Question,
    context_key,
    detokenise,
    load_collections,
)
from qa.training.swaps import entities, swap_question
from qa.windows import PairTokenizer

WRITTEN = Path(__file__).parents[2] / "qa" / "training" / "questions"
STORY = (
    "Mayor Anna Berg opened the bridge in Bergen on Monday. It cost 42 million kroner. "
    + "The town had waited for years, and nobody believed that it would ever be built. " * 12
    + "Engineer Ole Vik said that the steel came from Gdansk."
)


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(SHIPPED / "tokenizer.json")


def span_of(text: str, context: str = STORY) -> tuple[int, int]:
    start = context.index(text)
    return start, start + len(text)


def collection(*questions: Question) -> Collection:
    others = ("Anna Berg sailed to Oslo.", "Bergen built a bridge over the harbour for trams.")
    contexts = (Context("Bridge", STORY), *(Context("Other", text) for text in others))
    return Collection("tiny", contexts, questions)


def decoded(feature: Feature, tokenizer: PairTokenizer, span: tuple[int, int]) -> str:
    ids = feature.ids[span[0] : span[1] + 1].tolist()
    return str(tokenizer._tokenizer.decode(ids))


def test_penn_treebank_tokens_become_running_text() -> None:
    tokens = "`` I do n't know , '' said O'Hara -LRB- of Cork 's team -RRB- .".split()
    text, offsets = detokenise(tokens)
    assert text == "\"I don't know,\" said O'Hara (of Cork's team)."
    assert text[slice(*offsets[11])] == "Cork"


@given(
    st.lists(st.sampled_from(["a", ",", "-LRB-", "``", "''", "n't", "'s", "$", "word"]), min_size=1)
)
def test_every_token_stands_at_its_offset(tokens: list[str]) -> None:
    text, offsets = detokenise(tokens)
    assert len(offsets) == len(tokens)
    assert all(start < end <= len(text) for start, end in offsets)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(offsets))


def test_written_questions_find_their_context_in_the_other_files(tmp_path: Path) -> None:
    squad = {"data": [{"title": "Bridge", "paragraphs": [{"context": STORY, "qas": []}]}]}
    asked = {"id": "1", "question": "Who opened it?", "answers": [{"text": "Anna Berg"}]}
    squad["data"][0]["paragraphs"][0]["qas"].append(asked)  # type: ignore[index]
    (tmp_path / "squad.json").write_text(json.dumps(squad))
    key, span = context_key(STORY), span_of("Monday")
    rows = [
        {"context": key, "question": "When was it opened?", "span": span},
        {"context": key, "question": "Who closed it?"},
        {"context": "0" * 16, "question": "Of a file that is not given?"},
    ]
    written = tmp_path / "written.jsonl.gz"
    written.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    _, made = load_collections([written, tmp_path / "squad.json"])
    assert (made.name, made.contexts) == ("written", (Context("Bridge", STORY),))
    assert made.questions == (
        Question("When was it opened?", 0, (span,)),
        Question("Who closed it?", 0, ()),
    )


def test_written_questions_without_the_files_they_ask_about_are_refused(tmp_path: Path) -> None:
    row = json.dumps({"context": "0" * 16, "question": "Of what?"})
    written = tmp_path / "written.jsonl.gz"
    written.write_bytes(gzip.compress(row.encode()))
    with pytest.raises(ValueError, match="asks about other files"):
        load_collections([written])


@pytest.mark.parametrize("path", sorted(WRITTEN.glob("*.jsonl.gz")), ids=lambda path: path.name)
def test_the_questions_written_for_this_project_are_well_formed(path: Path) -> None:
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    assert len(rows) > 1_000
    for row in rows:
        assert re.fullmatch("[0-9a-f]{16}", row["context"])
        assert row["question"].strip()
        assert set(row) <= {"context", "question", "span"}
        assert 0 <= row.get("span", [0, 1])[0] < row.get("span", [0, 1])[1]
    asked = {(row["context"], row["question"].lower()) for row in rows}
    assert len(asked) == len(rows)


def test_qamr_rows_become_questions_with_every_annotators_span(tmp_path: Path) -> None:
    sentences = "s1\tAnna Berg won ."
    rows = "s1\t0 1\t7\t0\t1\tWho won ?\t0 1\t8:1\t9:0 2\n"
    (tmp_path / "wiki-sentences.tsv.gz").write_bytes(gzip.compress(sentences.encode()))
    (tmp_path / "filtered_dev.tsv.gz").write_bytes(gzip.compress(rows.encode()))
    (made,) = load_collections([tmp_path / "filtered_dev.tsv.gz"])
    assert made.name == "qamr"
    assert made.contexts[0].text == "Anna Berg won."
    # "0 2" is no run of tokens and is left out
    assert made.questions == (Question("Who won ?", 0, ((0, 9), (5, 9))),)


def test_a_question_in_two_files_is_taken_once(tmp_path: Path) -> None:
    entry = {"id": "56be4db0acb8001400a502ec", "question": "Where?", "answers": [{"text": "Oslo"}]}
    entry["answers"] = [{"text": "Oslo", "answer_start": 3}]
    content = {"data": [{"title": "A_b", "paragraphs": [{"context": "In Oslo", "qas": [entry]}]}]}
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        path.write_text(json.dumps(content), encoding="utf-8")
    one, two = load_collections(paths)
    assert (len(one.questions), len(two.questions)) == (1, 0)
    assert one.contexts[0].title == "A b"


@given(st.data())
def test_a_window_holds_its_answer(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 500))
    first = data.draw(st.integers(0, length - 1))
    last = data.draw(st.integers(first, min(length - 1, first + 30)))
    size = data.draw(st.integers(31, 200))
    start, end = random_window(length, first, last, size, Random(data.draw(st.integers(0, 99))))
    assert 0 <= start <= first
    assert last < end <= length
    assert end - start <= size


def test_targets_decode_to_the_answer(tokenizer: PairTokenizer) -> None:
    question = Question("Where did the steel come from?", 0, (span_of("Gdansk"),))
    config = DataConfig(window_sizes=(40,), swapped=0, retrieved=0, same_article=0)
    maker = FeatureMaker(collection(question), tokenizer, config)
    (feature,) = maker.epoch(Random(1))
    assert [decoded(feature, tokenizer, span) for span in feature.spans] == ["gdansk"]


def test_a_window_grows_to_hold_a_long_answer(tokenizer: PairTokenizer) -> None:
    waited = STORY[STORY.index("The town had") : STORY.index("Engineer")]
    question = Question("What is told of the town?", 0, (span_of(waited),))
    config = DataConfig(window_sizes=(40,), swapped=0, retrieved=0, same_article=0)
    (feature,) = FeatureMaker(collection(question), tokenizer, config).epoch(Random(1))
    [(first, last)] = feature.spans
    assert last - first + 1 > 40


def test_negatives_hold_no_answer(tokenizer: PairTokenizer) -> None:
    question = Question("Who opened the bridge in Bergen?", 0, (span_of("Anna Berg"),))
    config = DataConfig(window_sizes=(40,), swapped=0, retrieved=1, same_article=1)
    maker = FeatureMaker(collection(question), tokenizer, config)
    _, *negatives = maker.epoch(Random(1))
    assert len(negatives) == 2
    for feature in negatives:
        assert feature.spans == ()
        passage = decoded(feature, tokenizer, (feature.passage, len(feature.ids) - 2))
        assert "anna berg" not in passage


def test_questions_for_a_reason_are_seen_more_often(tokenizer: PairTokenizer) -> None:
    questions = (
        Question("Why did the town wait?", 0, (span_of("nobody believed"),)),
        Question("Who said why the steel came?", 0, (span_of("Ole Vik"),)),
    )
    config = DataConfig(window_sizes=(40,), reasons=3, swapped=0, retrieved=0, same_article=0)
    made = list(FeatureMaker(collection(*questions), tokenizer, config).epoch(Random(1)))
    assert len(made) == 3 + 1


def test_an_epoch_is_a_function_of_its_seed(tokenizer: PairTokenizer) -> None:
    question = Question("Who said so in 2012?", 0, (span_of("Ole Vik"),))
    config = DataConfig(window_sizes=(40, 60), swapped=0.5, retrieved=0.5, same_article=0.5)
    maker = FeatureMaker(collection(question, question), tokenizer, config)
    first, again = (list(maker.epoch(Random(3))) for _ in range(2))
    assert [feature.ids.tolist() for feature in first] == [f.ids.tolist() for f in again]


def test_token_span_of_part_of_a_word_is_the_word(tokenizer: PairTokenizer) -> None:
    (tokens,) = tokenizer.encode(["In Bergen today"])
    assert token_span(tokens, (4, 6)) == (1, 1)
    assert token_span(tokens, (0, 9)) == (0, 1)


def test_bm25_ranks_the_passage_with_the_rare_word_first(tokenizer: PairTokenizer) -> None:
    texts = ["the cat sat", "the zebra sat on the mat", "the dog"]
    ranker = LexicalRanker([tokens.ids for tokens in tokenizer.encode(texts)])
    asked = [tokens.ids for tokens in tokenizer.encode(["where is the zebra", "a dog"])]
    assert ranker.top(asked, 2)[:, 0].tolist() == [1, 2]


def test_targets_are_the_annotators_shares() -> None:
    ids = list(range(10))
    feature = Feature(__import__("numpy").array(ids, dtype="int32"), 3, 4, ((5, 6), (5, 7), (5, 7)))
    batch = collate([feature])
    assert batch.start[0, 5].item() == pytest.approx(1)
    assert batch.end[0, 7].item() == pytest.approx(2 / 3)
    assert batch.allowed[0].tolist() == [True, *[False] * 3, *[True] * 5, False]
    assert batch.answerable.tolist() == [1.0]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=60))
def test_groups_hold_every_feature_once_and_respect_the_budget(lengths: list[int]) -> None:
    import numpy as np

    features = [Feature(np.zeros(size, np.int32), 0, 0, ()) for size in lengths]
    groups = list(grouped(features, 100))
    assert sorted(len(f.ids) for group in groups for f in group) == sorted(lengths)
    for group in groups:
        assert len(group) * max(len(f.ids) for f in group) <= 100


def test_a_swapped_question_asks_for_something_else() -> None:
    seen = set()
    for seed in range(40):
        made = swap_question("Who first met Anna Berg in 2012?", STORY, ["Lars Holm"], Random(seed))
        assert made not in (None, "Who first met Anna Berg in 2012?")
        seen.add(made)
    assert "Who first met Lars Holm in 2012?" in seen
    assert "Who last met Anna Berg in 2012?" in seen
    assert any("Anna Berg in" in text and "2012" not in text for text in seen)


def test_a_question_with_nothing_to_swap_stays_unswapped() -> None:
    assert swap_question("why?", "no names here", [], Random(1)) is None


def test_names_are_found_whole() -> None:
    assert entities("He met Anna Berg of Oslo.") == ["Anna Berg of Oslo"]


def test_the_curve_of_a_log_counts_repeated_steps_once(tmp_path: Path) -> None:
    entries = [
        {"step": 20, "tokens": 2_000, "loss": 4.0},
        {"step": 40, "tokens": 4_000, "loss": 9.0},
        {"step": 40, "tokens": 4_000, "loss": 2.0},
        {"step": 40, "tokens": 4_000, "set": "dev", "f1": 0.5, "exact_match": 0.4},
    ]
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(entry) for entry in entries))
    curves = read_log(log)
    assert curves.loss == [(2_000, 4.0), (4_000, pytest.approx(0.9 * 4 + 0.1 * 2))]
    assert curves.f1 == {"dev": [(4_000, 0.5)]}
    sequel = read_logs([log, log])
    assert [tokens for tokens, _ in sequel.loss] == [2_000, 4_000, 6_000, 8_000]
    assert sequel.f1 == {"dev": [(4_000, 0.5), (8_000, 0.5)]}
    draw(curves, tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
