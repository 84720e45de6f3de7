"""What every embedder must do. An implementation inherits `EmbedderSuite` and gives one fixture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from index.embedding import Embedder

TEXTS = [
    "Kim Jong Un arrived in his private train.",
    "",
    "The bakery on Mill Lane closes after 90 years, said its owner Greta Holm on Saturday.",
    "日本語 😀 שלום e\u0301 \u200b\u00a0…",
    "word " * 300,
    "x" * 500,
    "Kim Jong Un arrived in his private train.",
]


class EmbedderSuite:
    """Inherit and override `embedder`."""

    @pytest.fixture(scope="class")
    @classmethod
    def embedder(cls) -> Embedder:
        raise NotImplementedError("give the embedder under test")

    def test_vectors_are_finite_and_of_unit_length(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dimensions)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_vectors_come_in_the_order_of_the_texts(self, embedder: Embedder) -> None:
        together = embedder.embed(TEXTS)
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        assert (together * alone).sum(axis=1).min() > 0.9999

    def test_no_texts_give_no_vectors(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dimensions)

    def test_like_texts_are_nearer_than_unlike(self, embedder: Embedder) -> None:
        one, same, other = embedder.embed([TEXTS[0], TEXTS[-1], TEXTS[2]])
        assert one @ same > 0.9999 > one @ other

    def test_the_fingerprint_names_the_model_and_stays(self, embedder: Embedder) -> None:
        name, _, digest = embedder.fingerprint.rpartition("@")
        assert name
        assert digest
        assert embedder.fingerprint == embedder.fingerprint

    @pytest.mark.parametrize("text", TEXTS)
    def test_token_ends_ascend_inside_the_text(self, embedder: Embedder, text: str) -> None:
        (ends,) = embedder.token_ends([text])
        assert ends == sorted(ends)
        assert all(0 < end <= len(text) for end in ends)

    def test_token_ends_count_code_points(self, embedder: Embedder) -> None:
        plain, moved = embedder.token_ends(["train station", "😀 train station"])
        assert moved[-1] == plain[-1] + 2

    def test_what_is_beyond_the_longest_input_is_left_out(self, embedder: Embedder) -> None:
        full = "word " * embedder.max_tokens
        shorter, longer = "word " * 20, f"{full} The bakery on Mill Lane closes after 90 years."
        vectors = embedder.embed([full, longer, shorter, f"{shorter} The bakery closes."])
        assert vectors[0] @ vectors[1] > 0.9999 > vectors[2] @ vectors[3]

    def test_token_ends_of_nothing(self, embedder: Embedder) -> None:
        assert embedder.token_ends([]) == []
        assert embedder.token_ends(["", " \n"]) == [[], []]

    def test_a_long_text_is_counted_whole(self, embedder: Embedder) -> None:
        (ends,) = embedder.token_ends(["word " * 3000])
        assert len(ends) == 3000
