"""The dense view: passages by the similarity of their vectors to the question's. Uses FAISS.

Vectors are 16-bit floats in one flat index, so a search is exact up to that precision. Passages
that were removed keep their row, masked out, until enough of them have gathered. On disk the rows
stand in blocks; saving writes only the blocks that changed and links the others.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np

from index.generations import Generations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from index.archive import Archive, IndexedPassage
    from index.article import Filters

FORMAT = "dense-fp16-1"
BLOCK_ROWS = 4096
NO_DAY = np.iinfo(np.int32).min


@dataclass(slots=True)
class _Block:
    """Rows `[start, stop)`; `file` has them as they are now, or is None."""

    start: int
    stop: int
    file: str | None


class DenseView:
    """Vectors of every current passage, searched by inner product."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        recipe = archive.recipe
        self._archive = archive
        self._dimensions = recipe.dimensions
        origin = f"{FORMAT}/{archive.identity}/{recipe.model}/{recipe.chunk_tokens}"
        self._generations = Generations(folder, f"{origin}/{recipe.overlap_tokens}")
        self._clear()
        self._load()

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
        wanted = {passage.id for passage in passages}
        for article_id in changed or ():
            self._kill(
                row for row in self._rows.get(article_id, ()) if self._ids[row] not in wanted
            )
        known = set(self._live_ids_of(changed or ()))
        self._append([passage for passage in passages if passage.id not in known])
        self._refresh_metadata([passage for passage in passages if passage.id in known])
        self.sequence = sequence
        self._compact_if_worth_it()

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
        parameters = None
        if matching < len(mask):
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(vector[None, :], min(k, matching), params=parameters)
        return [
            (int(self._ids[row]), float(score))
            for score, row in zip(scores[0], rows[0], strict=True)
            if row >= 0
        ]

    def save(self) -> None:
        """Keep the view as it is now on disk, where it becomes the current generation."""
        self._generations.publish(self.sequence, self._write)
        self.saved_sequence = self.sequence

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

    def _live_ids_of(self, article_ids: Iterable[str]) -> list[int]:
        rows = [row for article_id in article_ids for row in self._rows.get(article_id, ())]
        return [int(self._ids[row]) for row in rows if self._alive[row]]

    def _kill(self, rows: Iterable[int]) -> None:
        for row in rows:
            if self._alive[row]:
                self._alive[row] = False
                self._block_of(row).file = None

    def _block_of(self, row: int) -> _Block:
        return next(block for block in self._blocks if block.start <= row < block.stop)

    def _append(self, passages: Sequence[IndexedPassage]) -> None:
        if not passages:
            return
        first = self._index.ntotal
        self._index.add(np.stack([passage.vector for passage in passages]))
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

    def _refresh_metadata(self, passages: Sequence[IndexedPassage]) -> None:
        by_id = {passage.id: passage for passage in passages}
        for article_id in {passage.article.id for passage in passages}:
            for row in self._rows[article_id]:
                passage = by_id.get(int(self._ids[row]))
                if passage:
                    day = passage.article.published_at
                    self._days[row] = day.toordinal() if day else NO_DAY
                    self._sources[row] = self._source_code(passage.article.source)

    def _source_code(self, source: str | None) -> int:
        return self._source_codes.setdefault(source, len(self._source_codes))

    def _compact_if_worth_it(self) -> None:
        dead = len(self._alive) - len(self)
        if dead > BLOCK_ROWS and dead > len(self._alive) // 4:
            with self._archive.snapshot():
                self.apply(self._archive.sequence(), None, list(self._archive.indexed_passages()))

    def _write(self, new: Path, old: Path | None) -> None:
        for block in self._blocks:
            if block.file and old and (old / block.file).exists():
                (new / block.file).hardlink_to(old / block.file)
                continue
            rows = np.flatnonzero(self._alive[block.start : block.stop]) + block.start
            if not len(rows):
                continue
            index = faiss.IndexIDMap(_flat_index(self._dimensions))
            vectors = np.stack([self._index.reconstruct(int(row)) for row in rows])
            index.add_with_ids(vectors, self._ids[rows])
            block.file = f"block-{uuid.uuid4().hex[:12]}.faiss"
            faiss.write_index(index, str(new / block.file))

    def _load(self) -> None:
        manifest = self._generations.current()
        if manifest is None or not self._generations.verify(manifest):
            return
        articles = {row[0]: row[1:] for row in self._archive.passage_articles()}
        folder = self._generations.folder(manifest)
        for name in manifest.files:
            block: Any = faiss.read_index(str(folder / name))
            ids = faiss.vector_to_array(block.id_map)
            first = self._index.ntotal
            self._index.merge_from(faiss.downcast_index(block.index))
            known = [articles.get(i, ("", None, None)) for i in ids.tolist()]
            self._grow(ids.tolist(), known, first)
            self._blocks.append(_Block(first, self._index.ntotal, name))
            self._kill(first + at for at, i in enumerate(ids.tolist()) if i not in articles)
        self.sequence = self.saved_sequence = manifest.sequence


def _flat_index(dimensions: int) -> faiss.IndexScalarQuantizer:
    return faiss.IndexScalarQuantizer(
        dimensions, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
