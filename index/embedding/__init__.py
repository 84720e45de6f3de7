"""The Embedder protocol, and getting an embedder by the name of its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

DEFAULT_MODEL = "all-MiniLM-L6-v2"


class Embedder(Protocol):
    """Turns texts into vectors of unit length whose inner product is their similarity."""

    @property
    def fingerprint(self) -> str:
        """Which model this is, down to its weights; two embedders with one are interchangeable."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The model's longest input in tokens, its special ones included."""
        ...

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, the offsets (in code points) at which its tokens end, ascending."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of texts, shape (len(texts), dimensions), in the order given.

        Text beyond `max_tokens` is left out.
        """
        ...


def load_embedder(model: str = DEFAULT_MODEL, *, threads: int = 0) -> Embedder:
    """The embedder for a model.

    Args:
        model: the default, which is installed with Dateline, or any sentence-transformers model by
            hub id (`name` or `name@revision`) or folder.
        threads: processor threads to use; 0 for as many as there are cores.

    Raises:
        ModelError: the model is not there, or its weights are not what they should be.
    """
    if model == DEFAULT_MODEL:
        from index.embedding.minilm import MiniLMEmbedder

        return MiniLMEmbedder(threads=threads)
    from index.embedding.sentence_transformer import SentenceTransformerEmbedder

    return SentenceTransformerEmbedder(model)
