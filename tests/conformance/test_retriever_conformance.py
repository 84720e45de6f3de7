"""The hybrid retriever, at each weight, against what every retriever must do."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from index.retriever import HybridRetriever
from tests.conformance.retriever_suite import DRAFTS, RetrieverSuite
from tests.parts import World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.retriever import Retriever


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = open_world(tmp_path_factory.mktemp("retriever") / "world")
    world.put(*DRAFTS)
    world.close()
    return world.archive.folder


@pytest.fixture
def filled(template: Path, tmp_path: Path) -> Iterator[World]:
    world = open_world(shutil.copytree(template, tmp_path / "world"))
    yield world
    world.close()


class TestHybrid(RetrieverSuite):
    @pytest.fixture
    def retriever(self, filled: World) -> Retriever:
        return filled.retriever


class TestLexicalAlone(RetrieverSuite):
    @pytest.fixture
    def retriever(self, filled: World) -> Retriever:
        return HybridRetriever(filled.archive, filled.views, filled.embedder, dense_weight=0)


class TestDenseAlone(RetrieverSuite):
    @pytest.fixture
    def retriever(self, filled: World) -> Retriever:
        return HybridRetriever(filled.archive, filled.views, filled.embedder, dense_weight=1)
