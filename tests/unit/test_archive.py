"""The one truth: what goes in, what comes out, and what is gone for good."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import apsw
import numpy as np
import pytest

from index.archive import Archive, Recipe
from index.article import Draft, version_of
from index.errors import (
    ArchiveBusyError,
    ArchiveError,
    ArchiveMissingError,
    ArticleNotFoundError,
    ModelMismatchError,
)
from tests.parts import HashEmbedder, World, open_world, recipe

KIM = Draft(
    id="kim",
    title="Kim's train",
    source="Wire",
    author="Ana Petrov",
    url="https://x.example/kim",
    published_at=date(2023, 9, 12),
    body="Kim crossed at Khasan on Tuesday in his private armoured train. 🚂\r\n\r\n"
    "He will meet Mr. Putin at the Vostochny Cosmodrome, a space centre\u00a0in Amur Oblast.  ",
)
CORRECTED = replace(KIM, body=KIM.body.replace("Tuesday", "Wednesday"))


def rows(world: World, table: str) -> int:
    path = world.archive.folder / "archive.sqlite"
    (count,) = apsw.Connection(str(path)).execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def test_everything_of_an_article_comes_back_verbatim(world: World) -> None:
    world.put(KIM)
    article = world.archive.article("kim")
    assert (article.title, article.source, article.author) == (KIM.title, KIM.source, KIM.author)
    assert (article.url, article.published_at) == (KIM.url, KIM.published_at)
    assert article.version == version_of(KIM.body)
    version = world.archive.version("kim", article.version)
    assert version.body == KIM.body
    assert version.sequence == 1
    assert version.ingested_at.endswith("Z")


def test_passages_are_cut_from_the_body_in_code_points(world: World) -> None:
    world.put(KIM)
    passages = world.archive.passages_of("kim")
    assert len(passages) > 2
    assert [p.text for p in passages] == [KIM.body[p.start : p.end] for p in passages]
    assert [p.start for p in passages] == sorted(p.start for p in passages)
    assert world.archive.passages(p.id for p in passages) == {
        p.id: (p, world.archive.article("kim")) for p in passages
    }


def test_a_correction_is_a_version_and_the_old_one_stays_readable(world: World) -> None:
    world.put(KIM)
    old = world.archive.passages_of("kim")
    world.put(CORRECTED)
    newest, oldest = world.archive.versions("kim")
    assert world.archive.version("kim", oldest[0]).body == KIM.body
    assert world.archive.version("kim", newest[0]).body == CORRECTED.body
    assert world.archive.article("kim").version == newest[0]
    assert world.archive.passages(p.id for p in old) == {}


def test_a_text_that_comes_back_is_current_again_without_a_third_version(world: World) -> None:
    world.put(KIM)
    world.put(CORRECTED)
    embedded = len(world.embedder.embedded)
    world.put(KIM)
    assert world.archive.article("kim").version == version_of(KIM.body)
    assert len(world.archive.versions("kim")) == 2
    assert len(world.embedder.embedded) == embedded
    assert "".join(p.text for p in world.archive.passages_of("kim")).count("Tuesday") >= 1


def test_deleting_leaves_no_row_but_the_log(world: World) -> None:
    world.put(KIM)
    world.put(CORRECTED)
    world.ingester.remove("kim")
    assert [rows(world, table) for table in ("articles", "versions", "passages", "embeddings")] == [
        0
    ] * 4
    assert rows(world, "changes") == 3
    with pytest.raises(ArticleNotFoundError, match="'kim'"):
        world.archive.article("kim")
    with pytest.raises(ArticleNotFoundError):
        world.archive.version("kim", version_of(KIM.body))


def test_deleted_text_is_in_no_byte_of_the_archive(world: World) -> None:
    secret = "Zanzibarquokka"
    world.put(
        *(
            Draft(
                id=f"a{number}",
                body=f"{KIM.body} {secret} {number} told us. " * (1 + number % 7),
                title=f"{secret} {number}",
            )
            for number in range(10)
        )
    )
    world.put(Draft(id="a3", body="Another text of three.", title="Clean"))

    def holding() -> list[Path]:
        files = world.archive.folder.glob("archive.sqlite*")
        return [file for file in files if secret.encode() in file.read_bytes()]

    assert holding()
    for number in range(10):
        world.ingester.remove(f"a{number}")
    assert holding() == []


def test_an_unknown_article_cannot_be_removed(world: World) -> None:
    with pytest.raises(ArticleNotFoundError, match="articles list"):
        world.ingester.remove("nothing")
    assert world.archive.sequence() == 0


def test_vectors_come_back_to_half_precision(world: World) -> None:
    world.put(KIM)
    model = HashEmbedder()
    for passage in world.archive.indexed_passages():
        (expected,) = model.embed([f"{KIM.title}\n{passage.text}".strip()])
        np.testing.assert_allclose(passage.vector, expected, atol=1e-3)
        assert passage.vector.dtype == np.float32


def test_the_log_only_grows_and_numbers_are_never_used_again(world: World) -> None:
    world.put(KIM)
    first = [p.id for p in world.archive.passages_of("kim")]
    world.ingester.remove("kim")
    world.put(KIM)
    again = [p.id for p in world.archive.passages_of("kim")]
    assert min(again) > max(first)
    assert world.archive.sequence() == 3
    assert rows(world, "changes") == 3
    assert world.archive.changed_since(2) == ["kim"]
    assert world.archive.changed_since(3) == []


def test_a_failed_transaction_leaves_nothing(world: World) -> None:
    world.put(KIM)
    before = world.archive.stats()

    def remove_and_fail() -> None:
        with world.archive.writing() as writer:
            writer.remove("kim")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        remove_and_fail()
    assert world.archive.stats().sequence == before.sequence
    assert world.archive.article("kim").title == KIM.title
    world.put(CORRECTED)


def test_a_passage_without_its_embedding_is_refused(world: World) -> None:
    world.put(KIM)
    prepared = world.ingester.prepare(CORRECTED)
    assert not isinstance(prepared, str)
    with pytest.raises(ArchiveError), world.archive.writing() as writer:
        writer.put(prepared.article, prepared.body, prepared.passages)
    assert world.archive.article("kim").version == version_of(KIM.body)


def test_a_snapshot_does_not_see_what_another_thread_commits(world: World) -> None:
    world.put(KIM)

    def correct() -> None:
        world.ingester.ingest([CORRECTED])

    with world.archive.snapshot():
        assert world.archive.sequence() == 1
        thread = threading.Thread(target=correct)
        thread.start()
        thread.join()
        assert world.archive.sequence() == 1
        assert world.archive.article("kim").version == version_of(KIM.body)
        with world.archive.snapshot():
            assert world.archive.sequence() == 1
    assert world.archive.sequence() == 2


def test_a_snapshot_ends_when_its_block_raises(world: World) -> None:
    def read_and_fail() -> None:
        with world.archive.snapshot():
            world.archive.sequence()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        read_and_fail()
    world.put(KIM)
    assert world.archive.sequence() == 1


def test_threads_that_come_and_go_leave_no_open_file(world: World) -> None:
    world.put(KIM)

    def read() -> None:
        world.archive.article("kim")

    def run_threads(count: int) -> int:
        for _ in range(count):
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()
        return len(list(Path("/proc/self/fd").iterdir()))

    assert run_threads(30) <= run_threads(3) + 3


def test_closing_ends_every_thread_s_connection(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path, recipe())
    opened, closed, said = threading.Event(), threading.Event(), []

    def read_before_and_after() -> None:
        archive.sequence()
        opened.set()
        closed.wait(10)
        try:
            archive.sequence()
        except ArchiveError as error:
            said.append(error)

    thread = threading.Thread(target=read_before_and_after)
    thread.start()
    opened.wait(10)
    archive.close()
    closed.set()
    thread.join()
    assert len(said) == 1


def test_readers_in_many_threads_see_whole_versions(world: World) -> None:
    world.put(KIM)
    stop, wrong = threading.Event(), list[str]()

    def read() -> None:
        while not stop.is_set():
            with world.archive.snapshot():
                version = world.archive.article("kim").version
                body = world.archive.version("kim", version).body
                texts = [p.text for p in world.archive.passages_of("kim")]
            if version_of(body) != version or any(text not in body for text in texts):
                wrong.append(version)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(5):
        world.put(replace(KIM, body=f"{KIM.body} Update {number}."))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_missing_archive_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError, match=r"dateline --archive .* ingest"):
        Archive(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_creating_twice_opens_the_first(tmp_path: Path) -> None:
    first = open_world(tmp_path)
    first.put(KIM)
    first.close()
    again = Archive.create(tmp_path, recipe())
    assert again.sequence() == 1
    assert again.identity == first.archive.identity
    again.close()


@pytest.mark.parametrize(
    "other",
    [
        replace(recipe(), model="other@8"),
        replace(recipe(), chunk_tokens=99),
        replace(recipe(), overlap_tokens=0),
    ],
)
def test_another_recipe_is_refused_with_the_command_to_embed_again(
    world: World, other: Recipe
) -> None:
    world.archive.require(recipe())
    with pytest.raises(ModelMismatchError, match="rebuild --embed") as caught:
        world.archive.require(other)
    assert str(other) in str(caught.value)
    assert str(recipe()) in str(caught.value)


def test_a_second_writer_is_told_who_writes(world: World) -> None:
    other = Archive(world.archive.folder)
    with world.archive.writing():
        holder = other._lock.holder()
        with (
            pytest.raises(ArchiveBusyError, match="is writing to"),
            other._lock.held(wait_seconds=0.1),
        ):
            pass
    assert f"process {os.getpid()}" in holder
    other.close()


def test_the_size_counts_a_shared_file_once(world: World) -> None:
    world.put(KIM)
    big = world.archive.folder / "big"
    big.write_bytes(bytes(1_000_000))
    (world.archive.folder / "twin").hardlink_to(big)
    assert 1_000_000 < world.archive.stats().bytes_on_disk < 2_000_000


def test_many_passages_are_fetched_at_once(world: World) -> None:
    world.put(KIM)
    known = [p.id for p in world.archive.passages_of("kim")]
    assert set(world.archive.passages([*known, *range(10_000, 30_000)])) == set(known)
