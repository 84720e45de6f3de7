"""Both views together: they catch up, survive, and say where they stand."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.archive import Archive, Recipe
from index.article import Draft
from index.chunking import Chunker
from index.errors import ModelMismatchError
from index.ingest import Ingester
from index.views import Views
from index.working_folder import WorkingFolder
from tests.parts import (
    CHUNK_TOKENS,
    EVERYTHING,
    OVERLAP_TOKENS,
    HashEmbedder,
    World,
    open_world,
    recipe,
)

WORDS = ("harbour", "train", "moon", "bakery", "mayor", "flour", "treaty", "storm")
DRAFTS = [
    Draft(
        id=f"a{number}",
        title=WORDS[number % 8].title(),
        source=("Wire", "Courier")[number % 2],
        body=f"The {WORDS[number % 8]} of {WORDS[(number * 3 + 1) % 8]} came to town {number}. "
        f"Then {WORDS[(number * 5 + 2) % 8]} number {number} was gone again.",
    )
    for number in range(16)
]


def found(views: Views, archive: Archive) -> dict[str, list[tuple[int, float]]]:
    """What a few searches give, k large enough for everything."""
    vector = HashEmbedder().embed(["harbour"])[0]
    dense = views.dense.search(vector, 500, EVERYTHING)
    answers = {"dense": [(key, round(score, 4)) for key, score in sorted(dense)]}
    for word in WORDS:
        # BM25 counts what was deleted until segments merge, so scores may differ a little.
        hits = sorted(key for key, _ in views.lexical.search(word, 500, EVERYTHING))
        answers[word] = [(key, 0.0) for key in hits]
    ids = {key for ranked in answers.values() for key, _ in ranked}
    assert archive.passages(ids).keys() == ids, "something gone was found"
    return answers


def assert_as_rebuilt(world: World, folder: Path) -> None:
    """The live views give what views made from nothing give."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in world.archive.folder.glob("archive.sqlite*"):
        shutil.copy(file, folder)
    with closing(Archive(folder)) as archive:
        anew = Views(archive)
        assert found(world.views, world.archive) == found(anew, archive)
        anew.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = open_world(tmp_path_factory.mktemp("views") / "world")
    world.put(*DRAFTS)
    world.close()
    return world.archive.folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "filled")


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "replace", "remove"]), st.integers(0, 15)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_catching_up_ends_where_a_rebuild_does(
    template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    tmp = tmp_path_factory.mktemp("steps")
    world = open_world(shutil.copytree(template, tmp / "world"))
    for kind, number in steps:
        draft = DRAFTS[number]
        if kind == "remove":
            if world.archive.find(draft.id or ""):
                world.ingester.remove(draft.id or "")
        elif kind == "replace":
            world.put(replace(draft, body=f"{draft.body} Corrected: {WORDS[number % 7]} {kind}."))
        else:
            world.put(draft)
        assert world.views.sequence == world.archive.sequence()
    assert_as_rebuilt(world, tmp / "anew")
    world.close()


def test_views_load_what_was_saved_without_catching_up(folder: Path) -> None:
    world = open_world(folder)
    assert world.views.dense.saved_sequence == world.archive.sequence() == len(DRAFTS)
    assert world.views.lexical.saved_sequence == len(DRAFTS)
    assert not world.views.unsaved
    assert_as_rebuilt(world, folder.parent / "anew")
    world.close()


def test_what_is_not_saved_is_caught_up_when_loaded(folder: Path) -> None:
    world = open_world(folder)
    world.ingester.remove("a3")
    assert world.views.unsaved
    # No close: the process died.
    again = open_world(folder)
    assert again.views.sequence == len(DRAFTS) + 1
    assert "a3" not in again.dense("harbour", 100)
    again.close()
    world.close()


def test_an_empty_archive_can_be_searched(world: World) -> None:
    assert world.views.sequence == 0
    assert world.dense("harbour") == world.lexical("harbour") == []
    world.views.save()
    assert not world.views.unsaved


def test_nothing_is_embedded_to_rebuild(folder: Path) -> None:
    world = open_world(folder)
    before = found(world.views, world.archive)
    assert world.views.rebuild() == len(DRAFTS)
    assert found(world.views, world.archive) == before
    assert world.embedder.embedded == []
    assert not world.views.unsaved
    world.close()


def test_every_byte_on_disk_may_be_lost(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    world = open_world(folder)
    before = found(world.views, world.archive)
    world.close()
    for file in sorted((folder / "views").rglob("*")):
        if file.is_file() and not file.name.endswith((".lock", "holder.json")):
            file.write_bytes(b"\0" * file.stat().st_size)
    with caplog.at_level(logging.WARNING):
        again = open_world(folder)
    assert "rebuilding" in caplog.text
    assert found(again.views, again.archive) == before
    again.close()


def test_an_archive_restored_from_an_older_copy_is_searched_as_it_is(folder: Path) -> None:
    """What people are told to do with a damaged archive; its views have seen more than it has."""
    copy = shutil.copytree(folder, folder.parent / "copy")
    world = open_world(folder)
    world.put(
        Draft(id="lost", title="Storm", body="A storm of storms that the copy knows nothing of.")
    )
    world.close()
    for file in folder.glob("archive.sqlite*"):
        file.unlink()
    shutil.copy(copy / "archive.sqlite", folder)
    again = open_world(folder)
    assert again.views.sequence == again.archive.sequence() == len(DRAFTS)
    assert "lost" not in again.lexical("storm", 100)
    assert_as_rebuilt(again, folder.parent / "anew")
    again.put(
        Draft(id="other", title="Treaty", body="Another article takes the number of the lost.")
    )
    assert_as_rebuilt(again, folder.parent / "anew")
    again.close()
    last = open_world(folder)
    assert "other" in last.lexical("treaty", 100)
    last.close()


def test_the_views_of_two_processes_see_each_other_s_changes(folder: Path) -> None:
    one, other = open_world(folder), open_world(folder)
    one.put(Draft(id="new", title="Zeppelin", body="A zeppelin rose."))
    assert other.lexical("zeppelin") == []
    assert other.views.catch_up() == one.views.sequence
    assert other.lexical("zeppelin") == ["new"]
    other.ingester.remove("new")
    one.views.catch_up()
    assert one.lexical("zeppelin") == []
    one.views.save()
    other.views.save()
    one.close()
    other.close()
    last = open_world(folder)
    assert_as_rebuilt(last, folder.parent / "anew")
    last.close()


def test_unchanged_blocks_are_linked_not_written_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.dense.BLOCK_ROWS", 8)
    world = open_world(folder)
    world.views.rebuild()

    def inodes() -> dict[str, int]:
        blocks = (folder / "views" / "dense").rglob("*.faiss")
        return {path.name: path.stat().st_ino for path in blocks}

    before = inodes()
    assert len(before) > 3
    world.ingester.remove("a5")
    world.views.save()
    after = inodes()
    shared = before.keys() & after.keys()
    assert len(shared) >= len(before) - 2
    assert all(before[name] == after[name] for name in shared)
    assert after.keys() != before.keys()
    world.close()


def test_compaction_keeps_what_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.dense.BLOCK_ROWS", 8)
    world = open_world(folder)
    world.views.rebuild()
    vector = HashEmbedder().embed(["harbour"])[0]
    for number in range(0, 16, 2):
        with world.archive.writing() as writer:
            writer.remove(f"a{number}")
    world.views.catch_up()
    # What gathers of removed rows is bounded, so rows are far fewer than ever were there.
    rows = world.views.dense._index.ntotal
    assert rows - len(world.views.dense) <= max(8, rows // 4)
    assert_as_rebuilt(world, folder.parent / "anew")
    world.views.save()
    world.put(replace(DRAFTS[3], body="Quite another text of the harbour."))
    before = world.views.dense.search(vector, 100, EVERYTHING)
    world.close()
    again = open_world(folder)
    assert again.views.dense.search(vector, 100, EVERYTHING) == before
    again.close()


def test_an_article_replaced_again_and_again_keeps_no_old_rows(folder: Path) -> None:
    world = open_world(folder)
    for number in range(5):
        world.put(replace(DRAFTS[0], body=f"Take {number}."))
    assert len(world.views.dense._rows["a0"]) == 1
    world.close()


def test_a_view_that_cannot_be_saved_costs_no_answer(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = open_world(folder)
    world.ingester.remove("a1")
    before = found(world.views, world.archive)
    shutil.rmtree(folder / "views" / "dense")
    (folder / "views" / "dense").write_text("in the way")
    world.views.save()
    assert "could not be saved" in caplog.text
    assert found(world.views, world.archive) == before
    (folder / "views" / "dense").unlink()
    world.close()
    again = open_world(folder)
    assert found(again.views, again.archive) == before
    again.close()


def test_an_interrupted_change_is_made_good_by_the_next(folder: Path) -> None:
    """An interruption in the middle of a view's own work, which its data bring about."""
    world = open_world(folder)

    class Interrupting(list):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from list.__iter__(self)
            raise KeyboardInterrupt

    passages = list(world.archive.indexed_passages())
    for view in (world.views.dense, world.views.lexical):
        for changed in (["a1", "a2"], None):
            with pytest.raises(KeyboardInterrupt):
                view.apply(99, changed, Interrupting(passages))
    world.ingester.remove("a4")
    assert world.views.sequence == world.archive.sequence()
    assert_as_rebuilt(world, folder.parent / "anew")
    world.close()


@pytest.mark.parametrize("dimensions", [8, 64, 384])
def test_dense_scores_are_inner_products(folder: Path, dimensions: int) -> None:
    embedder = HashEmbedder("exact", dimensions)
    archive = Archive.create(folder, recipe(embedder))
    with closing(Views(archive)) as views:
        Ingester(archive, embedder, Chunker(CHUNK_TOKENS, OVERLAP_TOKENS), views).ingest(DRAFTS)
        vectors = {p.id: p.vector for p in archive.indexed_passages()}
        for asked in vectors:
            found = views.dense.search(vectors[asked], len(vectors), EVERYTHING)
            assert found[0][0] == asked
            for key, score in found:
                exact = float(vectors[key] @ vectors[asked])
                assert score == pytest.approx(exact, abs=0.02)
    archive.close()


def test_searches_during_changes_see_whole_states(folder: Path) -> None:
    """An article is either there in both views or in neither, and the number says which."""
    world = open_world(folder)
    draft = Draft(id="flip", title="Zeppelin", body="A zeppelin rose over the harbour.")
    stop, wrong = threading.Event(), list[str]()
    vector = HashEmbedder().embed(["Zeppelin\nA zeppelin rose over the harbour."])[0]

    def search() -> None:
        while not stop.is_set():
            with world.views.reading() as sequence:
                dense = world.views.dense.search(vector, 1, EVERYTHING)
                lexical = world.views.lexical.search("zeppelin", 5, EVERYTHING)
            there = (sequence - len(DRAFTS)) % 2 == 1
            if bool(lexical) != there or (dense[0][1] > 0.99) != there:
                wrong.append(f"{sequence}: {dense} {lexical}")

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(4):
        world.put(draft)
        world.ingester.remove("flip")
    world.views.save()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    world.close()


def test_an_archive_embedded_anew_by_another_process_is_not_mixed(folder: Path) -> None:
    from index.chunking import Chunker
    from index.reembed import embed_again

    world = open_world(folder)
    with closing(Archive(folder)) as other:
        model = HashEmbedder("better")
        embed_again(other, model, Chunker(12, 4), recipe(model), lambda *_: None)
    with pytest.raises(ModelMismatchError, match="better@8"):
        world.views.catch_up()
    with pytest.raises(ModelMismatchError):
        world.ingester.ingest([Draft(body="Something new.")])
    world.close()


def test_working_folders_that_nobody_holds_are_cleared_away(folder: Path) -> None:
    """Whatever process number they bear: another container's cannot be seen, or means another."""
    lexical = folder / "views" / "lexical"
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    left = [lexical / f"live-{pid}-aaaa" for pid in (child.pid, os.getpid())]
    for path in left:
        path.mkdir()
    held = WorkingFolder(lexical)
    unseen = lexical / f"live-{child.pid}-bbbb"
    held.path.rename(unseen)
    (lexical / f"{held.path.name}.lock").rename(lexical / f"{unseen.name}.lock")
    world = open_world(folder)
    assert not any(path.exists() for path in left)
    assert unseen.exists()
    world.close()
    assert {path.name for path in lexical.glob("live-*")} == {unseen.name, f"{unseen.name}.lock"}
    held.close()


def test_a_killed_process_leaves_a_working_folder_that_the_next_clears_away(folder: Path) -> None:
    lexical = folder / "views" / "lexical"
    program = (
        "import os, sys; from pathlib import Path; from tests.parts import open_world\n"
        "world = open_world(Path(sys.argv[1])); os._exit(0)"
    )
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=root)
    assert list(lexical.glob("live-*"))
    open_world(folder).close()
    assert not list(lexical.glob("live-*"))


def test_a_view_without_room_for_a_working_folder_is_read_in_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("index.lexical.WorkingFolder", full)
        world = open_world(folder)
    assert "reading what was saved" in caplog.text
    assert set(world.lexical("harbour", 100)) <= {draft.id for draft in DRAFTS}
    assert_as_rebuilt(world, folder.parent / "anew")
    world.ingester.remove("a3")
    assert_as_rebuilt(world, folder.parent / "anew")
    assert "in memory" not in caplog.text
    world.close()


def test_a_view_that_cannot_be_written_goes_on_in_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.lexical.WorkingFolder", full)
    world = open_world(folder)
    world.ingester.remove("a3")
    world.put(Draft(id="new", title="Zeppelin", body="A zeppelin rose over the harbour."))
    assert "keeping it in memory" in caplog.text
    assert world.lexical("zeppelin") == ["new"]
    assert_as_rebuilt(world, folder.parent / "anew")
    world.views.save()
    assert "could not be saved" in caplog.text
    world.close()


class ArchiveThatIsOvertaken(Archive):
    """Another process commits and saves its views when this one has begun to load its own."""

    def overtake(self, other: World) -> None:
        self._other: World | None = other
        self._looks = 0

    @property
    def recipe(self) -> Recipe:
        read = super().recipe
        self._looks += 1
        if self._other and self._looks == 2:
            other, self._other = self._other, None
            other.put(Draft(id="new", title="Zeppelin", body="A zeppelin rose."))
            other.views.save()
        return read


def test_views_saved_while_they_are_loaded_are_not_taken_for_another_archive_s(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = open_world(folder)
    archive = ArchiveThatIsOvertaken(folder)
    archive.overtake(other)
    views = Views(archive)
    assert views.sequence == len(DRAFTS) + 1
    assert not views.unsaved
    assert "rebuilding" not in caplog.text
    assert found(views, archive) == found(other.views, archive)
    views.close()
    archive.close()
    other.close()
