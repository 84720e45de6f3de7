"""Both views against what every view must do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.dense import DenseView
from index.lexical import LexicalView
from tests.conformance.view_suite import ViewSuite

if TYPE_CHECKING:
    from pathlib import Path

    from index.article import Filters
    from tests.conformance.view_suite import Open, Search
    from tests.parts import World


def article_ids(world: World, ranked: list[tuple[int, float]]) -> list[str]:
    scores = [score for _, score in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len({key for key, _ in ranked}) == len(ranked)
    # From the log of what ever was, so that a passage that is gone shows up as such.
    known = world.archive.passages(key for key, _ in ranked)
    return [known[key][1].id if key in known else f"gone: {key}" for key, _ in ranked]


class TestDenseView(ViewSuite):
    @pytest.fixture
    def opened(self) -> Open:
        def open_view(world: World, folder: Path) -> DenseView:
            return DenseView(world.archive, folder)

        return open_view

    @pytest.fixture
    def search(self) -> Search:
        def search(world: World, view: DenseView, k: int, filters: Filters) -> list[str]:
            vector = world.embedder.embed(["harbour"])[0]
            return article_ids(world, view.search(vector, k, filters))

        return search


class TestLexicalView(ViewSuite):
    @pytest.fixture
    def opened(self) -> Open:
        def open_view(world: World, folder: Path) -> LexicalView:
            return LexicalView(world.archive, folder)

        return open_view

    @pytest.fixture
    def search(self) -> Search:
        def search(world: World, view: LexicalView, k: int, filters: Filters) -> list[str]:
            return article_ids(world, view.search("harbour title news", k, filters))

        return search
