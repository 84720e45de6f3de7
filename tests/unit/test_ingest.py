"""From drafts and files to an archive: nothing twice, nothing lost, nothing stopped by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import ingest as ingest_module
from index.article import Draft, TextSpan
from index.chunking import Chunker
from index.errors import ArchiveFullError, InputMissingError, ModelError
from index.ingest import Ingester, Progress, embedded_texts
from index.loaders import Refusal
from tests.parts import World, open_world

KIM = Draft(
    id="kim",
    title="Kim's train",
    source="Wire",
    published_at=date(2023, 9, 12),
    body="Kim crossed at Khasan on Tuesday in his private train. He had left on Sunday evening.",
    name="kim.txt",
)


def many(count: int) -> list[Draft]:
    return [
        Draft(
            id=f"a{n}", title=f"Title {n}", body=f"Number {n} said so on Monday.", name=f"{n}.txt"
        )
        for n in range(count)
    ]


def test_the_report_says_what_became_of_each(world: World) -> None:
    world.put(KIM, Draft(id="same", body="Same."))
    report = world.ingester.ingest(
        [
            replace(KIM, body="Corrected."),
            Draft(id="same", body="Same."),
            Draft(id="new", body="New.", warnings=("no date",), name="new.txt"),
            Draft(id="bad id", body="Bad.", name="bad.txt"),
            Refusal("broken.pdf", "it is no PDF"),
        ]
    )
    assert report.replaced == ["kim"]
    assert report.unchanged == ["same"]
    assert report.added == ["new"]
    assert [(r.name, r.reason.split(":")[0]) for r in report.refused] == [
        ("bad.txt", "the id 'bad id' is not usable"),
        ("broken.pdf", "it is no PDF"),
    ]
    assert report.warnings == [("new.txt", "no date")]


def test_the_same_again_changes_nothing_at_all(world: World) -> None:
    world.put(KIM)
    sequence, embedded = world.archive.sequence(), len(world.embedder.embedded)
    report = world.ingester.ingest([KIM, KIM])
    assert report.unchanged == ["kim", "kim"]
    assert world.archive.sequence() == sequence
    assert len(world.embedder.embedded) == embedded


def test_no_text_is_embedded_twice(world: World) -> None:
    world.put(KIM, replace(KIM, id="copy"), *many(5))
    world.put(replace(KIM, source="Courier"), replace(KIM, id="third"))
    assert len(set(world.embedder.embedded)) == len(world.embedder.embedded)
    assert len(world.archive.passages_of("third")) == len(world.archive.passages_of("kim")) > 1


def test_a_correction_embeds_only_what_it_changed(world: World) -> None:
    world.put(KIM)
    world.embedder.embedded.clear()
    world.put(replace(KIM, body=f"{KIM.body} Then he slept for a very long time indeed."))
    assert world.embedder.embedded
    assert all("slept" in text for text in world.embedder.embedded)


def test_a_shared_embedding_survives_the_deletion_of_one_article(world: World) -> None:
    world.put(KIM, replace(KIM, id="copy"))
    world.embedder.embedded.clear()
    world.ingester.remove("kim")
    assert set(world.dense(f"{KIM.title}\n{KIM.body}")) == {"copy"}
    world.put(KIM)
    assert world.embedder.embedded == [f"{KIM.title}\n{KIM.body}"]  # the search's own question


def test_new_metadata_is_a_change_without_a_version(world: World) -> None:
    world.put(KIM)
    world.embedder.embedded.clear()
    report = world.ingester.ingest([replace(KIM, author="Ana Petrov", published_at=None)])
    assert report.replaced == ["kim"]
    assert world.archive.article("kim").author == "Ana Petrov"
    assert world.archive.article("kim").published_at is None
    assert len(world.archive.versions("kim")) == 1
    assert world.embedder.embedded == []


def test_a_new_title_is_found_by_its_words(world: World) -> None:
    world.put(KIM)
    world.put(replace(KIM, title="Zeppelin"))
    assert set(world.lexical("zeppelin")) == {"kim"}
    assert world.lexical("kim's train")  # the body still has these
    assert world.embedder.embedded[-1].startswith("Zeppelin\n")


def test_one_id_twice_in_a_run_ends_with_the_last(world: World) -> None:
    report = world.ingester.ingest([KIM, replace(KIM, body="Second."), replace(KIM, body="Third.")])
    assert (report.added, report.replaced) == (["kim"], ["kim", "kim"])
    version = world.archive.article("kim").version
    assert world.archive.version("kim", version).body == "Third."
    assert world.lexical("second") == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Draft(id="a/b", body="B."), "the id"),
        (Draft(id="x", body=""), "the body is empty"),
        (Draft(id="x", body=" \n\u200b"), "the body is empty"),
        (Draft(id="x", body="a\0b"), "the body has a NUL"),
        (Draft(id="x", body="a\ud800b"), "the body has half of a surrogate pair"),
        (Draft(body="a\ud800b"), "the body has half of a surrogate pair"),
        (Draft(title="\ud800", body="B."), "the title has half"),
        (Draft(url="https://x.example/\udfff", body="B."), "the url has half"),
        (Draft(id="x", source="A\0", body="B."), "the source has a NUL"),
        (Draft(id="x", author="\0", body="B."), "the author has a NUL"),
    ],
)
def test_a_bad_article_is_refused_with_its_reason_and_stops_no_other(
    world: World, bad: Draft, said: str
) -> None:
    first, second = many(2)
    report = world.ingester.ingest([first, replace(bad, name="bad.txt"), second])
    assert report.added == ["a0", "a1"]
    (refusal,) = report.refused
    assert refusal.name == "bad.txt"
    assert said in refusal.reason


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_body_is_kept_as_it_is(world: World, body: str) -> None:
    report = world.ingester.ingest([Draft(id="any", body=body)])
    if report.refused:
        assert "empty" in report.refused[0].reason
        return
    version = world.archive.article("any").version
    assert world.archive.version("any", version).body == body
    for passage in world.archive.passages_of("any"):
        assert body[passage.start : passage.end] == passage.text


class Stop:
    """Interrupts a run as Ctrl-C does, once so many articles are done."""

    def __init__(self, after: int) -> None:
        self._after = after

    def __call__(self, progress: Progress) -> None:
        if progress.done == self._after:
            raise KeyboardInterrupt


def test_an_interrupted_run_keeps_what_was_committed_and_the_next_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "GROUP_PASSAGES", 5)
    drafts = many(18)
    with pytest.raises(KeyboardInterrupt):
        world.ingester.ingest(drafts, progress=Stop(12))
    kept = world.archive.stats().articles
    assert 10 <= kept <= 12
    assert world.views.sequence == world.archive.sequence() == kept
    assert set(world.lexical("monday", 50)) == {f"a{n}" for n in range(kept)}
    report = world.ingester.ingest(drafts)
    assert len(report.unchanged) == kept
    assert len(report.added) == 18 - kept
    assert len(set(world.embedder.embedded)) == len(world.embedder.embedded)


def test_an_interruption_while_embedding_loses_no_committed_article(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "GROUP_PASSAGES", 4)

    def drafts():  # type: ignore[no-untyped-def]
        yield from many(6)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.ingester.ingest(drafts())
    assert world.archive.stats().articles == world.views.sequence == 4


def test_progress_counts_every_article_once(world: World) -> None:
    seen: list[Progress] = []
    world.ingester.ingest([*many(3), Refusal("x", "no")], total=4, progress=seen.append)
    assert [p.done for p in seen] == [1, 2, 3, 4]
    assert {p.total for p in seen} == {4}
    assert [p.name for p in seen] == ["0.txt", "1.txt", "2.txt", "x"]


def test_files_of_a_folder_are_ingested_and_a_bad_one_is_reported(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "good.txt").write_text("A title\n\nA body that says enough to be found again.\n")
    (folder / "bad.pdf").write_bytes(b"this is no PDF")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "two.jsonl").write_text(
        '{"_id": "one", "title": "T", "text": "First text."}\n{"_id": "two", "text": }\n'
    )
    seen: list[Progress] = []
    report = world.ingester.ingest_files([folder], progress=seen.append)
    assert len(report.added) == 2
    assert "one" in report.added
    refused = " ".join(f"{refusal.name}: {refusal.reason}" for refusal in report.refused)
    assert all(name in refused for name in ("bad.pdf", "empty.txt", "two.jsonl"))
    assert seen[-1].done == seen[-1].total == 4
    assert world.ingester.ingest_files([folder]).added == []


def test_a_missing_path_is_said_before_anything_is_ingested(world: World, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("A title\n\nA body.\n")
    with pytest.raises(InputMissingError):
        world.ingester.ingest_files([tmp_path / "good.txt", tmp_path / "missing"])
    assert world.archive.sequence() == 0


def test_a_long_article_is_embedded_in_slices_and_progress_moves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "SLICE_TEXTS", 10)
    body = " ".join(f"Number {n} of them said so to the reporters on Monday." for n in range(35))
    seen: list[Progress] = []
    world.ingester.ingest([Draft(id="long", body=body, name="long.txt")], progress=seen.append)
    assert [(p.done, p.passages, p.name) for p in seen] == [
        (1, 0, "long.txt"),
        (1, 10, "long.txt"),
        (1, 20, "long.txt"),
        (1, 30, "long.txt"),
    ]
    assert len(world.archive.passages_of("long")) == len(world.embedder.embedded) == 35


def test_passages_longer_than_the_model_reads_are_refused(world: World) -> None:
    longest = world.embedder.max_tokens
    Ingester(world.archive, world.embedder, Chunker(longest), world.views)
    with pytest.raises(ModelError, match=f"DATELINE_CHUNK_TOKENS to {longest} or less"):
        Ingester(world.archive, world.embedder, Chunker(longest + 1), world.views)


def test_a_disk_that_is_nearly_full_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(KIM)
    monkeypatch.setattr(ingest_module, "LEAST_FREE_BYTES", 1 << 60)
    with pytest.raises(ArchiveFullError, match="free some space"):
        world.ingester.ingest(many(2))
    assert world.archive.stats().articles == 1
    assert set(world.lexical("khasan")) == {"kim"}


def test_an_endless_title_leaves_room_for_the_passage() -> None:
    (text,) = embedded_texts("long " * 1000, "The body.", [TextSpan(0, 9)])
    assert text.endswith("\nThe body.")
    assert len(text) < 300


def test_removal_is_seen_by_the_next_search_and_by_other_processes(tmp_path: Path) -> None:
    one = open_world(tmp_path)
    one.put(KIM, *many(2))
    other = open_world(tmp_path)
    sequence = one.ingester.remove("kim")
    assert one.views.sequence == sequence == 4
    assert "kim" not in one.dense("khasan", 50)
    other.views.catch_up()
    assert other.lexical("khasan") == []
    one.close()
    other.close()
