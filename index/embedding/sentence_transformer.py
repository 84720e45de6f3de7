"""Any sentence-transformers model, by hub id or folder."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class SentenceTransformerEmbedder:
    """A model of the sentence-transformers library, on the processor; never runs a model's code.

    Args:
        model: a folder, or a hub id with an optional revision, `name@revision`. What is not in the
            local cache is fetched, unless `HF_HUB_OFFLINE=1`.

    Raises:
        ModelError: the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        from sentence_transformers import SentenceTransformer

        name, _, revision = model.partition("@") if not Path(model).exists() else (model, "", "")
        try:
            self._model = SentenceTransformer(
                name, revision=revision or None, device="cpu", trust_remote_code=False
            )
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the embedding model {model!r} cannot be loaded ({error}); give a folder that "
                "holds a sentence-transformers model, or the hub id of one"
            ) from error
        self._name = Path(name).name if Path(name).exists() else model
        self._digest = _weights_digest(self._model)

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' hash."""
        return f"{self._name}@{self._digest}"

    @property
    def dimensions(self) -> int:
        """Length of a vector of this model."""
        return int(self.embed([""]).shape[1])

    @property
    def max_tokens(self) -> int:
        """As the model's own settings have it; endless for one that has no limit."""
        return int(self._model.max_seq_length or sys.maxsize)

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """Offsets at which the model's tokens end, without its special tokens."""
        if not texts:
            return []
        encoded = self._model.tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True, truncation=False
        )
        return [[end for _, end in offsets] for offsets in encoded["offset_mapping"]]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), dimensions); the library sorts batches by length."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts),
            batch_size=32,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return vectors.astype(np.float32, copy=False)


def _weights_digest(model: object) -> str:
    import torch

    digest = hashlib.sha256()
    state = model.state_dict()  # type: ignore[attr-defined]
    for name in sorted(state):
        digest.update(name.encode())
        # As bytes, since NumPy lacks some of the types that weights come in.
        values = state[name].cpu().contiguous().reshape(-1)
        digest.update(values.view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:12]
