"""The lexical view: passages by their words, scored with BM25. Uses tantivy.

A process works on a folder of its own, which begins as hard links to the current generation's
files (tantivy never changes a file it has written), so processes never wait for one another.
Where there is no room for that, on a full disk, the generation is read in place; and where it has
to change, it is made anew in memory.
"""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from contextlib import contextmanager, suppress
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import tantivy

from index.errors import ArchiveError
from index.generations import Generations, Manifest
from index.working_folder import WorkingFolder, drop_abandoned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from index.archive import Archive, IndexedPassage
    from index.article import Filters

log = logging.getLogger(__name__)

FORMAT = "lexical-2"
ANALYZER = "news_english"
QUESTION_WORDS = (
    "who whom whose what which when where why how did do does done has have had were been being "
    "many much said say says about after before from he she his her him its than"
).split()
"""What questions and news are full of, beside the language's usual stop words."""
HEAP_BYTES = 64_000_000
TITLE_WEIGHT = 0.5
META = "meta.json"


class LexicalView:
    """The words of every current passage and of its article's title."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        recipe = archive.recipe
        made_with = f"{FORMAT} {version('tantivy')}"
        origin = f"{made_with}/{archive.identity}/{recipe.chunk_tokens}/{recipe.overlap_tokens}"
        self._archive = archive
        self._folder = folder
        self._generations = Generations(folder, origin)
        self._schema = _schema()
        self._writer: tantivy.IndexWriter | None = None
        self._live: WorkingFolder | None = None
        self._read_in_place: tuple[Manifest, Path] | None = None
        drop_abandoned(folder)
        if not self._generations.read(self._load):
            self._begin_anew()

    def apply(
        self, sequence: int, changed: Sequence[str] | None, passages: Sequence[IndexedPassage]
    ) -> None:
        """Bring the view to a sequence number; the arguments are the dense view's.

        Raises:
            ArchiveError: it can be written neither on disk nor in memory.
        """
        if changed is None:
            self.saved_sequence = -1
        try:
            self._write(changed, passages)
        except (OSError, ValueError) as error:
            log.warning("the lexical view cannot be written, keeping it in memory: %s", error)
            try:
                self._move_to_memory()
                self._write(changed, passages)
            except (OSError, ValueError) as again:
                raise ArchiveError(
                    f"the lexical view in {self._folder} cannot be written ({error}), nor kept in "
                    f"memory ({again}); the archive itself is safe: see whether the disk is full"
                ) from again
        self._index.reload()
        self.sequence = sequence

    def search(self, query: str, k: int, filters: Filters) -> list[tuple[int, float]]:
        """The k best passages inside the filters: (passage id, BM25 score), best first."""
        asked = sorted(words(query))
        if not asked or k <= 0:
            return []
        searcher = self._index.searcher()
        result = searcher.search(self._query(asked, filters), limit=k, count=False)
        places = [place for _, place in result.hits]
        ids: list[Any] = searcher.fast_field_values("passage_id", places) if places else []
        return [(int(i), float(score)) for i, (score, _) in zip(ids, result.hits, strict=True)]

    def save(self) -> None:
        """Keep the view as it is now on disk, where it becomes the current generation."""
        self.freeze()()

    def freeze(self) -> Callable[[], None]:
        """Take the view as it is now; the function given back saves that, whatever comes since.

        Raises:
            OSError: there was no room for a folder to work in, so there is nothing to save.
        """
        if self._live is None:
            raise OSError(f"this process had no room to work in {self._folder}; start it again")
        sequence, frozen = self.sequence, self._live.path / f"frozen-{uuid.uuid4().hex[:8]}"
        frozen.mkdir()
        _link_segments(self._live.path, frozen)

        def save() -> None:
            try:
                self._generations.publish(sequence, partial(_move_all, frozen))
            finally:
                shutil.rmtree(frozen, ignore_errors=True)
            self.saved_sequence = sequence

        return save

    def close(self) -> None:
        """Remove this process's working folder."""
        if self._live:
            self._live.close()

    def _write(self, changed: Sequence[str] | None, passages: Sequence[IndexedPassage]) -> None:
        writer = self._opened_writer()
        try:
            if changed is None:
                writer.delete_all_documents()
            for article_id in changed or ():
                writer.delete_documents_by_term("article_id", article_id)
            for passage in passages:
                writer.add_document(_document(passage))
            writer.commit()
        except BaseException:
            # One that failed on a full disk cannot be used again; dropping it undoes as much.
            self._writer = None
            with suppress(ValueError):
                writer.rollback()
                self._writer = writer
            raise

    def _opened_writer(self) -> tantivy.IndexWriter:
        """Opened with the first change: who only reads needs no room for it."""
        if self._writer is None:
            if self._read_in_place:
                self._open_copy(*self._read_in_place)
            self._writer = self._index.writer(heap_size=HEAP_BYTES, num_threads=1)
        return self._writer

    def _query(self, words: Sequence[str], filters: Filters) -> tantivy.Query:
        terms = []
        for word in words:
            text = tantivy.Query.term_query(self._schema, "text", word, index_option="freq")
            title = tantivy.Query.term_query(self._schema, "title", word, index_option="freq")
            terms.append((tantivy.Occur.Should, text))
            terms.append((tantivy.Occur.Should, tantivy.Query.boost_query(title, TITLE_WEIGHT)))
        clauses = [(tantivy.Occur.Must, tantivy.Query.boolean_query(terms))]
        clauses += [
            (tantivy.Occur.Must, tantivy.Query.const_score_query(condition, 0.0))
            for condition in self._conditions(filters)
        ]
        return tantivy.Query.boolean_query(clauses)

    def _conditions(self, filters: Filters) -> list[tantivy.Query]:
        conditions = []
        if filters.sources:
            sources = list(filters.sources)
            conditions.append(tantivy.Query.term_set_query(self._schema, "source", sources))
        if filters.published_from or filters.published_to:
            conditions.append(
                tantivy.Query.range_query(
                    self._schema,
                    "day",
                    tantivy.FieldType.Integer,
                    lower_bound=(filters.published_from or date.min).toordinal(),
                    upper_bound=(filters.published_to or date.max).toordinal(),
                )
            )
        return conditions

    def _load(self, manifest: Manifest, folder: Path) -> None:
        try:
            self._open_copy(manifest, folder)
        except FileNotFoundError:
            # Another process has published the next generation and dropped this one.
            raise
        except (OSError, ValueError) as error:
            log.warning("no working folder could be made, reading what was saved: %s", error)
            self._open(folder)
            self._read_in_place = manifest, folder
        self.sequence = self.saved_sequence = manifest.sequence

    def _begin_anew(self) -> None:
        try:
            with self._new_folder() as live:
                self._open(live)
        except (OSError, ValueError) as error:
            log.warning("no working folder could be made, keeping the view in memory: %s", error)
            self._open(None)
        self.sequence = 0
        self.saved_sequence = -1

    def _move_to_memory(self) -> None:
        """Make the view anew in memory, of all that the archive has at this moment."""
        passages = list(self._archive.indexed_passages())
        self.close()
        self._open(None)
        # Until it is full: after an interruption the next change has to bring everything.
        self._live, self.sequence, self.saved_sequence = None, 0, -1
        self._write(None, passages)

    def _open_copy(self, manifest: Manifest, folder: Path) -> None:
        with self._new_folder() as live:
            for name in manifest.files:
                if name == META:
                    shutil.copyfile(folder / name, live / name)
                else:
                    (live / name).hardlink_to(folder / name)
            self._open(live)

    @contextmanager
    def _new_folder(self) -> Iterator[Path]:
        """A working folder in place of the last, if the block that fills it ends well."""
        new = WorkingFolder(self._folder)
        try:
            yield new.path
        except BaseException:
            new.close()
            raise
        self.close()
        self._live = new

    def _open(self, folder: Path | None) -> None:
        """Open the index in a folder, or an empty one in memory."""
        index = tantivy.Index(self._schema, path=str(folder) if folder else None)
        index.register_tokenizer(ANALYZER, _analyzer())
        self._index, self._writer, self._read_in_place = index, None, None


def _link_segments(live: Path, folder: Path) -> None:
    """Hard-link the segments of the last commit, with the file that lists them."""
    while True:
        meta = (live / META).read_text(encoding="utf-8")
        stems = [s["segment_id"].replace("-", "") for s in json.loads(meta)["segments"]]
        for path in live.iterdir():
            if path.name.split(".")[0] in stems:
                # A merge in the background may remove it at this moment, as below.
                with suppress(FileNotFoundError):
                    (folder / path.name).hardlink_to(path)
        if (live / META).read_text(encoding="utf-8") == meta:
            (folder / META).write_text(meta, encoding="utf-8")
            return
        # A merge replaced segments meanwhile. It removes files only after it has rewritten the
        # list, so where the list is still the same, every file was there.
        _empty(folder)


def _move_all(frozen: Path, new: Path, _old: Path | None) -> None:
    for path in frozen.iterdir():
        path.rename(new / path.name)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def words(text: str) -> set[str]:
    """The words of a text as this view sees them: stemmed, without case, accents or stop words."""
    return set(_analyzer().analyze(text))


def _document(passage: IndexedPassage) -> tantivy.Document:
    article = passage.article
    document = tantivy.Document()
    document.add_unsigned("passage_id", passage.id)
    document.add_text("article_id", article.id)
    document.add_text("title", article.title)
    document.add_text("text", passage.text)
    if article.source is not None:
        document.add_text("source", article.source)
    if article.published_at is not None:
        document.add_integer("day", article.published_at.toordinal())
    return document


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage_id", fast=True)
    builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    # Without positions a passage's text cannot be put together again from this view.
    builder.add_text_field("title", tokenizer_name=ANALYZER, index_option="freq")
    builder.add_text_field("text", tokenizer_name=ANALYZER, index_option="freq")
    return builder.build()


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    filters = (
        tantivy.Filter.remove_long(60),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.custom_stopword(QUESTION_WORDS),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in filters:
        builder = builder.filter(step)
    return builder.build()
