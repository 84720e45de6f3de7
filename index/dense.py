"""The dense view: passages by the similarity of their vectors to the question's. Uses FAISS.

Vectors are whole numbers of 8 bits in one flat index, so a search is exact up to that precision
(see docs/adr/0004); the archive keeps them in 16-bit floats. Passages that were removed keep their
row, masked out, until enough of them have gathered. On disk the rows stand in blocks; saving writes
only the blocks that changed and links the others.
"""

from __future__ import annotations

import math
import os
import uuid
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from index.generations import Generations, Manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from index.archive import Archive, IndexedPassage
    from index.article import Filters

FORMAT = "dense-int8-1"
BLOCK_ROWS = 4096
PART_ROWS = 8192
"""Rows worth a thread of their own; FAISS itself uses one thread for one question."""
THREADS = min(4, os.cpu_count() or 1)
LARGEST_CODE = 127
LARGEST_DEVIATION = 7.0
"""Components of unit vectors beyond this many standard deviations, 1/sqrt(dimensions), are cut."""
NO_DAY = np.iinfo(np.int32).min


@dataclass(slots=True)
class _Block:
    """Rows `[start, stop)`; `file` has them as they are now, or is None."""

    start: int
    stop: int
    file: str | None


@dataclass(frozen=True, slots=True)
class _Frozen:
    """A block on its way to disk."""

    file: str
    rows: tuple[NDArray[np.int64], NDArray[np.float32]] | None
    """Ids and codes of what can be found; None where the current generation has the file."""


class DenseView:
    """Vectors of every current passage, searched by inner product."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        recipe = archive.recipe
        self._dimensions = recipe.dimensions
        self._scale = LARGEST_CODE / min(1.0, LARGEST_DEVIATION / math.sqrt(recipe.dimensions))
        origin = f"{FORMAT}/{archive.identity}/{recipe.model}/{recipe.chunk_tokens}"
        self._generations = Generations(folder, f"{origin}/{recipe.overlap_tokens}")
        # Each searches its part alone: FAISS's own team of threads would only get in the way.
        self._threads = ThreadPoolExecutor(
            THREADS, "dense", initializer=faiss.omp_set_num_threads, initargs=(1,)
        )
        self._clear()
        if not self._generations.read(partial(self._load, archive)):
            self._clear()

    def _clear(self) -> None:
        self.sequence = 0
        self.saved_sequence = -1
        self._index = _flat_index(self._dimensions)
        self._ids = np.empty(0, dtype=np.int64)
        self._days = np.empty(0, dtype=np.int32)
        self._sources = np.empty(0, dtype=np.int32)
        self._alive = np.empty(0, dtype=bool)
        self._source_codes: dict[str | None, int] = {}
        self._rows: dict[str, list[int]] = {}
        self._blocks: list[_Block] = []

    def __len__(self) -> int:
        """Passages that can be found."""
        return int(self._alive.sum())

    def apply(
        self, sequence: int, changed: Sequence[str] | None, passages: Sequence[IndexedPassage]
    ) -> None:
        """Bring the view to a sequence number.

        Args:
            sequence: the archive's number that the view stands for afterwards.
            changed: ids of the articles put or deleted since; None for all, beginning anew.
            passages: the passages those articles have now.
        """
        if changed is None:
            self._clear()
        try:
            known = self._keep_only({passage.id for passage in passages}, changed or ())
            # Those known are as they were: whatever changes gives an article other passages.
            self._append([passage for passage in passages if passage.id not in known])
            self._compact_if_worth_it()
        except BaseException:
            # An interruption must not leave rows half added: begin anew with the next change.
            self._clear()
            raise
        self.sequence = sequence

    def search(
        self, vector: NDArray[np.float32], k: int, filters: Filters
    ) -> list[tuple[int, float]]:
        """The k most similar passages inside the filters: (passage id, inner product), best first.

        Args:
            vector: the question's, shape (dimensions,), unit length.
            k: how many.
            filters: looked at during the search, so they never make the list shorter than need be.
        """
        mask = self._mask(filters)
        matching = int(mask.sum())
        if matching == 0 or k <= 0:
            return []
        scan = partial(self._scan, self._codes(vector), min(k, matching))
        parts = _parts(mask, min(THREADS, 1 + matching // PART_ROWS))
        found = list(self._threads.map(scan, parts))
        scores = np.concatenate([scores for scores, _ in found])
        rows = np.concatenate([rows for _, rows in found])
        best = [at for at in np.argsort(-scores, kind="stable") if rows[at] >= 0][:k]
        return [(int(self._ids[rows[at]]), float(scores[at] / self._scale**2)) for at in best]

    def _scan(
        self, codes: NDArray[np.float32], k: int, mask: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The k best rows of a mask with their products; -1 for those it has not."""
        bits = np.packbits(mask, bitorder="little")
        selector = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(codes[None, :], k, params=parameters)
        return scores[0], rows[0]

    def save(self) -> None:
        """Keep the view as it is now on disk, where it becomes the current generation."""
        self.freeze()()

    def freeze(self) -> Callable[[], None]:
        """Take the view as it is now; the function given back saves that, whatever comes since."""
        sequence = self.sequence
        manifest = self._generations.current()
        kept = self._generations.folder(manifest) if manifest else None
        frozen = [self._frozen(block, kept) for block in self._blocks]

        def save() -> None:
            self._generations.publish(sequence, partial(_write, frozen))
            self.saved_sequence = sequence

        return save

    def _mask(self, filters: Filters) -> NDArray[np.bool_]:
        mask = self._alive
        if filters.sources:
            codes = [self._source_codes[s] for s in filters.sources if s in self._source_codes]
            mask = mask & np.isin(self._sources, codes)
        if filters.published_from or filters.published_to:
            mask = mask & (self._days != NO_DAY)
        if filters.published_from:
            mask = mask & (self._days >= filters.published_from.toordinal())
        if filters.published_to:
            mask = mask & (self._days <= filters.published_to.toordinal())
        return mask

    def _keep_only(self, wanted: set[int], article_ids: Iterable[str]) -> set[int]:
        """Kill every row of these articles but the wanted; gives the passages that are left."""
        known: set[int] = set()
        for article_id in article_ids:
            rows = self._rows.pop(article_id, [])
            kept = [row for row in rows if int(self._ids[row]) in wanted]
            if kept:
                self._rows[article_id] = kept
            known.update(int(self._ids[row]) for row in kept)
            self._kill(set(rows).difference(kept))
        return known

    def _kill(self, rows: Iterable[int]) -> None:
        for row in rows:
            self._alive[row] = False
            self._blocks[bisect_right(self._blocks, row, key=_start) - 1].file = None

    def _append(self, passages: Sequence[IndexedPassage]) -> None:
        if not passages:
            return
        first = self._index.ntotal
        self._index.add(self._codes(np.stack([passage.vector for passage in passages])))
        self._grow(
            [p.id for p in passages],
            [(p.article.id, p.article.source, p.article.published_at) for p in passages],
            first,
        )
        row = first
        while row < self._index.ntotal:
            last = self._blocks[-1] if self._blocks else None
            if last is None or last.stop - last.start >= BLOCK_ROWS:
                last = _Block(row, row, None)
                self._blocks.append(last)
            last.stop = min(last.start + BLOCK_ROWS, self._index.ntotal)
            last.file = None
            row = last.stop

    def _grow(
        self,
        ids: Sequence[int],
        articles: Sequence[tuple[str, str | None, date | None]],
        first: int,
    ) -> None:
        self._ids = np.concatenate([self._ids, np.array(ids, dtype=np.int64)])
        self._alive = np.concatenate([self._alive, np.ones(len(ids), dtype=bool)])
        days = [day.toordinal() if day else NO_DAY for _, _, day in articles]
        self._days = np.concatenate([self._days, np.array(days, dtype=np.int32)])
        codes = [self._source_code(source) for _, source, _ in articles]
        self._sources = np.concatenate([self._sources, np.array(codes, dtype=np.int32)])
        for row, (article_id, _, _) in enumerate(articles, start=first):
            self._rows.setdefault(article_id, []).append(row)

    def _source_code(self, source: str | None) -> int:
        return self._source_codes.setdefault(source, len(self._source_codes))

    def _compact_if_worth_it(self) -> None:
        dead = len(self._alive) - len(self)
        if dead <= BLOCK_ROWS or dead <= len(self._alive) // 4:
            return
        alive = np.flatnonzero(self._alive)
        index = _flat_index(self._dimensions)
        for first in range(0, len(self._alive), BLOCK_ROWS):
            index.add(self._live_codes(first, min(first + BLOCK_ROWS, len(self._alive))))
        self._index = index
        self._ids, self._days = self._ids[alive], self._days[alive]
        self._sources = self._sources[alive]
        self._alive = np.ones(len(alive), dtype=bool)
        moved = {int(row): at for at, row in enumerate(alive)}
        self._rows = {key: [moved[row] for row in rows] for key, rows in self._rows.items()}
        self._blocks = [
            _Block(first, min(first + BLOCK_ROWS, len(alive)), None)
            for first in range(0, len(alive), BLOCK_ROWS)
        ]

    def _codes(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Whole numbers that FAISS keeps and multiplies as they are."""
        codes: NDArray[np.float32] = np.rint(vectors * np.float32(self._scale))
        return codes.clip(-LARGEST_CODE, LARGEST_CODE)

    def _live_codes(self, start: int, stop: int) -> NDArray[np.float32]:
        codes: NDArray[np.float32] = self._index.reconstruct_n(start, stop - start)
        return codes[self._alive[start:stop]]

    def _frozen(self, block: _Block, kept: Path | None) -> _Frozen:
        if block.file and kept and (kept / block.file).exists():
            return _Frozen(block.file, None)
        block.file = f"block-{uuid.uuid4().hex[:12]}.faiss"
        ids = self._ids[block.start : block.stop][self._alive[block.start : block.stop]]
        return _Frozen(block.file, (ids, self._live_codes(block.start, block.stop)))

    def _load(self, archive: Archive, manifest: Manifest, folder: Path) -> None:
        self._clear()
        articles = {row[0]: row[1:] for row in archive.passage_articles()}
        for name in manifest.files:
            block: Any = faiss.read_index(str(folder / name))
            ids = faiss.vector_to_array(block.id_map)
            first = self._index.ntotal
            self._index.merge_from(faiss.downcast_index(block.index))
            known = [articles.get(i, ("", None, None)) for i in ids.tolist()]
            self._grow(ids.tolist(), known, first)
            self._blocks.append(_Block(first, self._index.ntotal, name))
            self._kill(first + at for at, i in enumerate(ids.tolist()) if i not in articles)
        self._rows.pop("", None)
        self.sequence = self.saved_sequence = manifest.sequence


def _start(block: _Block) -> int:
    return block.start


def _write(frozen: Sequence[_Frozen], new: Path, old: Path | None) -> None:
    for block in frozen:
        if block.rows is None:
            if old is None:
                raise FileNotFoundError(f"the generation that held {block.file} is gone")
            (new / block.file).hardlink_to(old / block.file)
            continue
        ids, codes = block.rows
        if len(ids):
            index = faiss.IndexIDMap(_flat_index(codes.shape[1]))
            index.add_with_ids(codes, ids)
            faiss.write_index(index, str(new / block.file))


def _flat_index(dimensions: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(
        dimensions, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
    )


def _parts(mask: NDArray[np.bool_], count: int) -> list[NDArray[np.bool_]]:
    """A mask as masks of neighbouring rows, each with about as many rows in it."""
    rows = np.flatnonzero(mask)
    cuts = [int(rows[len(rows) * number // count]) for number in range(1, count)]
    parts = []
    for first, stop in pairwise([0, *cuts, len(mask)]):
        part = np.zeros_like(mask)
        part[first:stop] = mask[first:stop]
        parts.append(part)
    return parts
