"""The embedders of this project against what every embedder must do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.embedding import load_embedder
from index.embedding.minilm import model_folder
from tests.conformance.embedder_suite import EmbedderSuite

if TYPE_CHECKING:
    from index.embedding import Embedder


class TestMiniLM(EmbedderSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return load_embedder(threads=2)


class TestSentenceTransformer(EmbedderSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        return load_embedder(str(model_folder()))
