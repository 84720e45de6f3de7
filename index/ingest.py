"""From drafts to an archive and its views: chunk, embed what is new, commit, catch up.

Everything is committed in small groups, so that an interrupted run loses at most the group it was
working on, and the next run finds the rest unchanged.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from index.archive import NewPassage
from index.article import Article, Draft, check_text, identify, version_of
from index.errors import ArchiveFullError, InvalidArticleError
from index.loaders import LoadLimits, Overrides, Refusal, discover, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.archive import Archive
    from index.article import TextSpan
    from index.chunking import Chunker
    from index.embedding import Embedder
    from index.views import Views

log = logging.getLogger(__name__)

GROUP_PASSAGES = 256
GROUP_SECONDS = 2.0
SLICE_TEXTS = 512
"""Texts embedded at once: one article can have a hundred thousand passages."""
TITLE_CHARACTERS = 200
LEAST_FREE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is."""

    done: int
    total: int | None
    """Files or articles; None where the number is not known."""
    passages: int
    """Embedded so far in this run."""
    name: str
    """What is being worked on."""


@dataclass(slots=True)
class IngestReport:
    """What became of everything that was given, by article id."""

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    """(name, what was unclear about it)."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A draft that differs from what the archive holds, chunked but not embedded."""

    article: Article
    body: str
    passages: tuple[NewPassage, ...]
    texts: tuple[str, ...]
    """What is embedded for each passage: the title and its text."""
    is_new: bool


class Ingester:
    """Puts articles into an archive and takes them out.

    Raises:
        ModelError: the chunker's passages are longer than the model reads.
    """

    def __init__(
        self, archive: Archive, embedder: Embedder, chunker: Chunker, views: Views
    ) -> None:
        chunker.check_fits(embedder)
        self._archive = archive
        self._recipe = archive.recipe
        self._embedder = embedder
        self._chunker = chunker
        self._views = views

    def ingest_files(
        self,
        paths: Sequence[Path],
        *,
        limits: LoadLimits = LoadLimits(),
        overrides: Overrides = Overrides(),
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> IngestReport:
        """Ingest files and everything below folders; a bad file never stops the rest.

        Raises:
            InputMissingError: a path is not there; nothing was ingested.
            ArchiveFullError: the disk is full; what was committed is safe.
        """
        files = discover(paths)

        def items() -> Iterator[Draft | Refusal | _FileDone]:
            for path in files:
                yield from load(path, limits, overrides)
                yield _FileDone(str(path))

        return self._run(items(), len(files), progress)

    def ingest(
        self,
        items: Iterable[Draft | Refusal],
        *,
        total: int | None = None,
        progress: Callable[[Progress], None] = lambda _: None,
        report: IngestReport | None = None,
    ) -> IngestReport:
        """Ingest drafts; a bad one never stops the rest.

        Args:
            items: the drafts, and why others could not become one.
            total: how many they are, if known.
            progress: told after each of them.
            report: filled as it goes, so that it also tells what was done where this raises.

        Raises:
            ArchiveFullError: the disk is full; what was committed is safe.
        """

        def counted() -> Iterator[Draft | Refusal | _FileDone]:
            for item in items:
                yield item
                yield _FileDone(item.name)

        return self._run(counted(), total, progress, report)

    def remove(self, article_id: str) -> int:
        """Remove an article for good; the next search does not see it.

        Returns:
            The sequence number of the change.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        with self._archive.writing() as writer:
            sequence = writer.remove(article_id)
        self._views.catch_up()
        self._archive.erase_traces()
        return sequence

    def _run(
        self,
        items: Iterator[Draft | Refusal | _FileDone],
        total: int | None,
        progress: Callable[[Progress], None],
        report: IngestReport | None = None,
    ) -> IngestReport:
        run = _Run(self, total, progress, report or IngestReport())
        try:
            for item in items:
                run.take(item)
            run.commit()
        finally:
            # What was committed before an interruption or an error is searchable all the same.
            if run.committed:
                self._views.catch_up()
        return run.report

    def prepare(self, draft: Draft) -> _Prepared | str:
        """Chunk a draft, or give its article's id where the archive has just this already.

        Raises:
            InvalidArticleError: the draft breaks a rule of the archive.
        """
        article = checked(draft)
        known = self._archive.find(article.id)
        if known == article:
            return article.id
        spans = self._chunker.spans(draft.body, self._embedder)
        if not spans:
            raise InvalidArticleError("the body is empty; there is nothing to find in it")
        texts = embedded_texts(article.title, draft.body, spans)
        passages = keyed(spans, texts)
        return _Prepared(article, draft.body, passages, texts, known is None)

    def commit(
        self, group: Sequence[_Prepared], told: Callable[[int], None] = lambda _: None
    ) -> int:
        """Embed what is new in a group of articles and commit them together.

        Args:
            group: what `prepare` gave.
            told: how many passages are embedded, each time that more are to come.

        Returns:
            How many passages were embedded.

        Raises:
            ArchiveFullError: the disk is full; nothing of the group was kept.
            ModelMismatchError: the archive was embedded again with another model meanwhile.
        """
        if self._archive.free_bytes() < LEAST_FREE_BYTES:
            raise ArchiveFullError(
                f"less than {LEAST_FREE_BYTES >> 20} MB are left on the disk of "
                f"{self._archive.folder}; what was committed is safe: free some space and run the "
                "same command again"
            )
        wanted = {
            passage.embedding_key: text
            for prepared in group
            for passage, text in zip(prepared.passages, prepared.texts, strict=True)
        }
        vectors: dict[bytes, NDArray[np.float32]] = {}
        missing = self._archive.missing_embeddings(wanted)
        while True:
            fresh = {key: wanted[key] for key in missing if key not in vectors}
            for made in embedded(self._embedder, fresh):
                if vectors:
                    told(len(vectors))
                vectors.update(made)
            with self._archive.writing() as writer:
                self._archive.require(self._recipe)
                # Another process may have deleted the article these were kept for.
                missing = writer.missing_embeddings(wanted)
                if missing <= vectors.keys():
                    writer.add_embeddings({key: vectors[key] for key in missing})
                    for prepared in group:
                        writer.put(prepared.article, prepared.body, prepared.passages)
                    return len(vectors)


@dataclass(frozen=True, slots=True)
class _FileDone:
    """All that a file held has been given."""

    name: str


class _Run:
    """One ingest under way: groups what comes in and commits it."""

    def __init__(
        self,
        ingester: Ingester,
        total: int | None,
        progress: Callable[[Progress], None],
        report: IngestReport,
    ) -> None:
        self.report = report
        self.committed = False
        self._ingester = ingester
        self._total = total
        self._progress = progress
        self._group: dict[str, _Prepared] = {}
        self._group_began = monotonic()
        self._done = 0
        self._passages = 0
        self._name = ""

    def take(self, item: Draft | Refusal | _FileDone) -> None:
        if isinstance(item, _FileDone):
            self._done += 1
            self._progress(Progress(self._done, self._total, self._passages, item.name))
        elif isinstance(item, Refusal):
            self.report.refused.append(item)
        else:
            self._take_draft(item)
        waiting = sum(len(prepared.passages) for prepared in self._group.values())
        if waiting >= GROUP_PASSAGES or (
            waiting and monotonic() - self._group_began > GROUP_SECONDS
        ):
            self.commit()

    def commit(self) -> None:
        group = list(self._group.values())
        self._group.clear()
        self._group_began = monotonic()
        if not group:
            return
        self._passages += self._ingester.commit(group, self._tell_embedded)
        self.committed = True
        for prepared in group:
            (self.report.added if prepared.is_new else self.report.replaced).append(
                prepared.article.id
            )

    def _tell_embedded(self, passages: int) -> None:
        so_far = self._passages + passages
        self._progress(Progress(self._done, self._total, so_far, self._name))

    def _take_draft(self, draft: Draft) -> None:
        self._name = draft.name
        self.report.warnings += [(draft.name, warning) for warning in draft.warnings]
        try:
            if checked(draft).id in self._group:
                self.commit()
            prepared = self._ingester.prepare(draft)
        except InvalidArticleError as error:
            self.report.refused.append(Refusal(draft.name, str(error)))
            return
        if isinstance(prepared, str):
            self.report.unchanged.append(prepared)
        else:
            self._group[prepared.article.id] = prepared


def embedded_texts(title: str, body: str, spans: Sequence[TextSpan]) -> tuple[str, ...]:
    """What is embedded for each passage: the article's title and the passage's text.

    Of an endless title only the beginning, or there would be no room left for the passage.
    """
    title = title[:TITLE_CHARACTERS]
    return tuple(f"{title}\n{body[span.start : span.end]}".strip() for span in spans)


def embedded(
    embedder: Embedder, texts: Mapping[bytes, str]
) -> Iterator[dict[bytes, NDArray[np.float32]]]:
    """Vectors by their key, a slice of the texts after the other, so that memory is bounded."""
    keys = list(texts)
    for first in range(0, len(keys), SLICE_TEXTS):
        some = keys[first : first + SLICE_TEXTS]
        yield dict(zip(some, embedder.embed([texts[key] for key in some]), strict=True))


def keyed(spans: Sequence[TextSpan], texts: Sequence[str]) -> tuple[NewPassage, ...]:
    """Passages with the keys of their embeddings: what is embedded alike is embedded once."""
    return tuple(
        NewPassage(span.start, span.end, hashlib.sha256(text.encode()).digest())
        for span, text in zip(spans, texts, strict=True)
    )


def checked(draft: Draft) -> Article:
    """What the archive would know of a draft.

    Raises:
        InvalidArticleError: the draft breaks a rule of the archive.
    """
    check_text(draft.body, "the body")
    for what in ("title", "source", "author", "url"):
        check_text(getattr(draft, what) or "", f"the {what}")
    return Article(
        id=identify(draft),
        title=draft.title,
        source=draft.source,
        author=draft.author,
        url=draft.url,
        published_at=draft.published_at,
        version=version_of(draft.body),
    )
