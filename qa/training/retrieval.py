"""Passages that lexical retrieval ranks high for a question, to make hard negatives of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Ids = NDArray[np.int32]
VOCABULARY = 30522  # of BERT's WordPiece tokenizer


class LexicalRanker:
    """BM25 (Robertson and Zaragoza 2009) over WordPiece ids, in memory."""

    def __init__(self, contexts: Sequence[Ids], k1: float = 0.9, b: float = 0.4) -> None:
        counts = _counts(contexts)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        frequency = np.bincount(counts.indices, minlength=VOCABULARY)
        self.idf = np.log(1 + (len(contexts) - frequency + 0.5) / (frequency + 0.5))
        norm = k1 * (1 - b + b * lengths / max(lengths.mean(), 1.0))
        rows = np.repeat(np.arange(len(contexts)), np.diff(counts.indptr))
        tf = counts.data
        weights = self.idf[counts.indices] * tf * (k1 + 1) / (tf + norm[rows])
        self._weights = csr_matrix((weights, counts.indices, counts.indptr), counts.shape)

    def top(self, questions: Sequence[Ids], k: int, block: int = 512) -> NDArray[np.int64]:
        """The places of the k best contexts of each question, best first: shape (questions, k)."""
        k = min(k, self._weights.shape[0])
        found = []
        for first in range(0, len(questions), block):
            asked = _counts(questions[first : first + block])
            scores = (asked @ self._weights.T).toarray()
            best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
            found.append(np.take_along_axis(best, order, axis=1))
        return np.concatenate(found) if found else np.zeros((0, k), dtype=np.int64)


def _counts(texts: Sequence[Ids]) -> csr_matrix:
    lengths = [len(text) for text in texts]
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    indices = np.concatenate(texts) if texts else np.zeros(0, dtype=np.int32)
    matrix = csr_matrix((np.ones(len(indices)), indices, indptr), (len(texts), VOCABULARY))
    matrix.sum_duplicates()
    return matrix
