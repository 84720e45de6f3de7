"""The real embedding model, loaded once, and a small archive for each test that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.embedding.minilm import MiniLMEmbedder
from tests.parts import World, open_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def minilm() -> MiniLMEmbedder:
    return MiniLMEmbedder(threads=2)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty archive with its views and a model of eight dimensions."""
    made = open_world(tmp_path / "world")
    yield made
    made.close()
