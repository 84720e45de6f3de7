"""What the reader's model sees: `[CLS] question [SEP] title : window of the passage [SEP]`.

Training and reading both build their inputs here, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MODEL_POSITIONS = 512


@dataclass(frozen=True, slots=True)
class Tokens:
    """A tokenised text: ids of shape (n,), and offsets of shape (n, 2) in characters."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class ModelInput:
    """One input of the model; `passage` is the place of its first passage token."""

    ids: NDArray[np.int32]
    passage: int
    second_segment: int


class PairTokenizer:
    """The Rust tokenizer of the reader, with the layout of its input."""

    def __init__(self, path: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls = self._special("[CLS]")
        self._sep = self._special("[SEP]")
        self._colon = self._special(":")

    def _special(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise ValueError(f"the tokenizer has no {token!r}: give a BERT WordPiece tokenizer")
        return int(number)

    def encode(self, texts: Sequence[str]) -> list[Tokens]:
        """Tokens of each text, without special ones."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            Tokens(
                np.array(encoding.ids, dtype=np.int32),
                np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2),
            )
            for encoding in encodings
        ]

    def assemble(
        self, question: NDArray[np.int32], title: NDArray[np.int32], window: NDArray[np.int32]
    ) -> ModelInput:
        """One input out of three pieces of token ids; an empty title takes no place."""
        question, title = question[:MAX_QUESTION_TOKENS], title[:MAX_TITLE_TOKENS]
        head = [self._cls, *question, self._sep]
        second_segment = len(head)
        if len(title):
            head += [*title, self._colon]
        ids = np.concatenate([np.array(head, dtype=np.int32), window, [self._sep]])
        return ModelInput(ids.astype(np.int32), passage=len(head), second_segment=second_segment)


def window_starts(length: int, window: int, stride: int) -> list[int]:
    """First tokens of overlapping windows that cover `length` tokens; the last one ends the text.

    `stride` is how far the next window starts behind the one before it.
    """
    if length <= window:
        return [0]
    starts = list(range(0, length - window, stride))
    return [*starts, length - window]
