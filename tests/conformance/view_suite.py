"""What every view must do. An implementation inherits `ViewSuite` and gives it two fixtures."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from index.article import Draft, Filters
from tests.parts import World, open_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.views import View

    Open = Callable[[World, Path], View]
    Search = Callable[[World, View, int, Filters], list[str]]

DAY = date(2023, 9, 12)
EVERYTHING = Filters()
DRAFTS = [
    Draft(
        id=f"a{number}",
        title=f"Title {number}",
        source=("Wire", "Courier", None)[number % 3],
        published_at=DAY + timedelta(days=number % 5) if number % 4 else None,
        body=f"Harbour news number {number} came in. The mayor said word{number} of the harbour. "
        f"Nobody else in harbour office {number} would comment on the matter at all.",
    )
    for number in range(24)
]
MANY = 1000


class ViewSuite:
    """Inherit and override `opened` and `search`."""

    @pytest.fixture
    def opened(self) -> Open:
        """Opens the view under test of a world's archive in a folder."""
        raise NotImplementedError

    @pytest.fixture
    def search(self) -> Search:
        """Article ids of the k best passages; the question fits every passage of `DRAFTS`."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def template(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        world = open_world(tmp_path_factory.mktemp("view") / "world")
        world.put(*DRAFTS)
        world.close()
        return world.archive.folder

    @pytest.fixture
    def world(self, template: Path, tmp_path: Path) -> Iterator[World]:
        made = open_world(shutil.copytree(template, tmp_path / "world"))
        yield made
        made.close()

    @pytest.fixture
    def view(self, world: World, opened: Open, tmp_path: Path) -> View:
        view = opened(world, tmp_path / "view")
        bring(world, view, None)
        return view

    def test_a_new_view_finds_nothing(
        self, world: World, opened: Open, search: Search, tmp_path: Path
    ) -> None:
        view = opened(world, tmp_path / "view")
        assert view.sequence == 0
        assert search(world, view, 10, EVERYTHING) == []
        assert search(world, view, 10, Filters(sources=("Wire",))) == []

    def test_every_passage_is_found_once(self, world: World, view: View, search: Search) -> None:
        expected = sorted(p.article.id for p in world.archive.indexed_passages())
        assert sorted(search(world, view, MANY, EVERYTHING)) == expected
        assert view.sequence == world.archive.sequence()

    @pytest.mark.parametrize("k", [0, 1, 5, 30])
    def test_it_gives_as_many_as_were_asked_for(
        self, world: World, view: View, search: Search, k: int
    ) -> None:
        assert len(search(world, view, k, EVERYTHING)) == k

    def test_a_removed_article_is_never_found(
        self, world: World, view: View, search: Search
    ) -> None:
        world.ingester.remove("a7")
        bring(world, view, ["a7"])
        found = search(world, view, MANY, EVERYTHING)
        assert "a7" not in found
        assert len(set(found)) == len(DRAFTS) - 1

    def test_only_the_current_version_is_found(
        self, world: World, view: View, search: Search
    ) -> None:
        world.put(replace(DRAFTS[3], body="One short sentence of the harbour."))
        bring(world, view, ["a3"])
        assert search(world, view, MANY, EVERYTHING).count("a3") == 1

    def test_changes_can_be_applied_again(self, world: World, view: View, search: Search) -> None:
        before = sorted(search(world, view, MANY, EVERYTHING))
        bring(world, view, [draft.id or "" for draft in DRAFTS])
        bring(world, view, ["a1", "never there"])
        assert sorted(search(world, view, MANY, EVERYTHING)) == before

    @pytest.mark.parametrize(
        "filters",
        [
            Filters(sources=("Wire",)),
            Filters(sources=("Wire", "Courier")),
            Filters(sources=("Nobody",)),
            Filters(published_from=DAY + timedelta(days=2)),
            Filters(published_to=DAY + timedelta(days=2)),
            Filters(published_from=DAY + timedelta(days=3), published_to=DAY + timedelta(days=3)),
            Filters(published_from=date.min, published_to=date.max),
            Filters(sources=("Courier",), published_from=DAY, published_to=DAY),
            Filters(published_from=DAY + timedelta(days=9)),
            Filters(published_from=date.max, published_to=date.min),
        ],
        ids=str,
    )
    def test_filters_are_those_of_the_article(
        self, world: World, view: View, search: Search, filters: Filters
    ) -> None:
        expected = sorted(
            p.article.id for p in world.archive.indexed_passages() if filters.accept(p.article)
        )
        assert sorted(search(world, view, MANY, filters)) == expected

    def test_a_filter_never_shortens_the_list(
        self, world: World, view: View, search: Search
    ) -> None:
        """k passages come although the best k of all are outside the filter."""
        best = search(world, view, 1, EVERYTHING)[0]
        others = Filters(sources=("Courier",) if world_source(best) == "Wire" else ("Wire",))
        assert len(search(world, view, 5, others)) == 5

    def test_new_metadata_moves_an_article_between_filters(
        self, world: World, view: View, search: Search
    ) -> None:
        world.put(replace(DRAFTS[0], source="Tribune", published_at=date(2001, 1, 1)))
        bring(world, view, ["a0"])
        assert set(search(world, view, MANY, Filters(sources=("Tribune",)))) == {"a0"}
        assert set(search(world, view, MANY, Filters(published_to=date(2001, 1, 1)))) == {"a0"}
        assert "a0" not in search(world, view, MANY, Filters(sources=("Wire",)))

    def test_what_was_saved_is_loaded(
        self, world: World, view: View, opened: Open, search: Search, tmp_path: Path
    ) -> None:
        world.ingester.remove("a7")
        bring(world, view, ["a7"])
        view.save()
        again = opened(world, tmp_path / "view")
        assert again.sequence == again.saved_sequence == view.sequence
        for filters in (EVERYTHING, Filters(sources=("Wire",)), Filters(published_to=DAY)):
            assert sorted(search(world, again, MANY, filters)) == sorted(
                search(world, view, MANY, filters)
            )

    def test_a_frozen_state_is_saved_whatever_comes_since(
        self, world: World, view: View, opened: Open, search: Search, tmp_path: Path
    ) -> None:
        before = sorted(search(world, view, MANY, EVERYTHING))
        sequence = view.sequence
        save = view.freeze()
        with world.archive.snapshot():
            world.archive.sequence()
            view.apply(99, [draft.id or "" for draft in DRAFTS], [])
            save()
            assert view.saved_sequence == sequence
            again = opened(world, tmp_path / "view")
        assert sorted(search(world, again, MANY, EVERYTHING)) == before
        assert search(world, view, MANY, EVERYTHING) == []

    def test_a_view_of_another_archive_is_ignored(
        self, world: World, view: View, opened: Open, search: Search, tmp_path: Path
    ) -> None:
        view.save()
        other = open_world(tmp_path / "other")
        again = opened(other, tmp_path / "view")
        assert again.sequence == 0
        assert search(other, again, MANY, EVERYTHING) == []
        other.close()

    @pytest.mark.parametrize("damage", ["flip", "truncate", "delete"])
    def test_every_damaged_file_means_beginning_anew(
        self,
        world: World,
        view: View,
        opened: Open,
        search: Search,
        tmp_path: Path,
        damage: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        view.save()
        folder = tmp_path / "view"
        generation = next(path for path in folder.iterdir() if path.name[:12].isdigit())
        for file in sorted(generation.iterdir()):
            good = file.read_bytes()
            # Unlinked first: the live view may share the file by a hard link.
            file.unlink()
            if damage == "flip":
                file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
            elif damage == "truncate":
                file.write_bytes(good[:-1])
            caplog.clear()
            again = opened(world, folder)
            assert again.sequence == 0, file.name
            assert "rebuilding" in caplog.text
            assert search(world, again, MANY, EVERYTHING) == []
            file.unlink(missing_ok=True)
            file.write_bytes(good)
        assert opened(world, folder).sequence == view.sequence

    def test_many_changes_in_small_steps_end_where_a_rebuild_does(
        self, world: World, view: View, opened: Open, search: Search, tmp_path: Path
    ) -> None:
        draw = random.Random(5)
        for step in range(12):
            changed = [f"a{draw.randrange(30)}" for _ in range(4)]
            for identity in set(changed):
                if draw.random() < 0.3 and world.archive.find(identity):
                    with world.archive.writing() as writer:
                        writer.remove(identity)
                else:
                    put_quietly(world, replace(DRAFTS[draw.randrange(24)], id=identity))
            bring(world, view, changed)
            if step % 5 == 4:
                view.save()
                view = opened(world, tmp_path / "view")
        anew = opened(world, tmp_path / "anew")
        bring(world, anew, None)
        for filters in (EVERYTHING, Filters(sources=("Wire",)), Filters(published_from=DAY)):
            assert sorted(search(world, view, MANY, filters)) == sorted(
                search(world, anew, MANY, filters)
            )


def world_source(article_id: str) -> str | None:
    return DRAFTS[int(article_id[1:])].source


def put_quietly(world: World, draft: Draft) -> None:
    """Commit without bringing the world's own views along."""
    prepared = world.ingester.prepare(draft)
    if not isinstance(prepared, str):
        world.ingester.commit([prepared])


def bring(world: World, view: View, changed: list[str] | None) -> None:
    """Apply what these articles are now."""
    passages = list(world.archive.indexed_passages(changed))
    view.apply(world.archive.sequence(), changed, passages)
