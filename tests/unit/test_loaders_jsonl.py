from __future__ import annotations

import json
from datetime import date

import pytest

from index.article import Draft
from index.loaders import LoadLimits, Overrides, Refusal, load_bytes

FULL = {
    "_id": "bridge-1",
    "title": "Bridge closes",
    "text": " Two  spaces.\r\n",
    "source": "The Daily",
    "author": "Ann Lee",
    "url": "https://daily.example/bridge",
    "published_at": "2023-09-11T23:00:00-05:00",
}


def lines(*rows: object, **more: object) -> list[Draft | Refusal]:
    data = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return list(load_bytes("wire.jsonl", data.encode(errors="surrogatepass"), **more))  # type: ignore[arg-type]


def test_a_line_of_a_beir_corpus_is_an_article() -> None:
    assert lines(FULL) == [
        Draft(
            body=" Two  spaces.\r\n",
            title="Bridge closes",
            id="bridge-1",
            source="The Daily",
            author="Ann Lee",
            url="https://daily.example/bridge",
            published_at=date(2023, 9, 11),
            name="wire.jsonl:1",
        )
    ]


def test_id_and_body_are_understood_and_numbers_are_ids() -> None:
    first, second = lines({"id": "a", "body": "One."}, {"_id": 7, "text": "Two."})
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.id, first.body, second.id) == ("a", "One.", "7")


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        "[1, 2]",
        '"text"',
        "null",
        '{"title": "no text"}',
        '{"text": 5}',
        '{"text": "  "}',
        '{"text": "nul \\u0000 inside"}',
        '{"text": "half \\ud83d pair"}',
        '{"text": "fine", "title": {"en": "x"}}',
        '{"text": "fine", "_id": "two words"}',
        '{"text": "fine", "_id": true}',
        '{"text": ' + "[" * 100_000,
        '{"text": "fine", "n": ' + "9" * 10_000 + "}",
        "not utf-8: \ud800",
    ],
)
def test_a_bad_line_refuses_that_line_alone_by_its_number(bad: str) -> None:
    first, refused, last = lines({"text": "One."}, bad, {"text": "Three."})
    assert isinstance(first, Draft)
    assert isinstance(refused, Refusal)
    assert refused.name == "wire.jsonl:2"
    assert isinstance(last, Draft)
    assert last.name == "wire.jsonl:3"


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert [r.name for r in lines("", FULL, "   ", FULL)] == ["wire.jsonl:2", "wire.jsonl:4"]


def test_a_mark_at_the_start_is_no_part_of_the_first_line() -> None:
    assert isinstance(lines("\ufeff" + json.dumps(FULL))[0], Draft)


def test_a_line_over_the_limit_is_refused_and_the_next_is_read() -> None:
    limits = LoadLimits(max_file_bytes=100)
    results = lines({"text": "long " * 1_000_000}, {"text": "short"}, limits=limits)
    assert [type(result) for result in results] == [Refusal, Draft]
    assert "100" in results[0].reason  # type: ignore[union-attr]


def test_lines_without_any_name_are_told_apart_by_their_first_words() -> None:
    first, second = lines({"text": "One day it rained."}, {"text": "Words " * 100})
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert first.title == "One day it rained."
    assert second.title.startswith("Words Words")
    assert len(second.title) <= 81


def test_an_untitled_line_with_an_id_stays_untitled() -> None:
    (draft,) = lines({"_id": "q1", "text": "One day it rained."})
    assert isinstance(draft, Draft)
    assert draft.title == ""


def test_source_and_date_from_outside_hold_for_every_line() -> None:
    given = Overrides(source="Wire", published_at=date(2020, 1, 1))
    for draft in lines(FULL, {"text": "Two."}, overrides=given):
        assert isinstance(draft, Draft)
        assert (draft.source, draft.published_at) == ("Wire", date(2020, 1, 1))


def test_one_title_for_all_lines_is_refused() -> None:
    (refusal,) = lines(FULL, FULL, overrides=Overrides(title="Same"))
    assert isinstance(refusal, Refusal)
    assert "title" in refusal.reason
