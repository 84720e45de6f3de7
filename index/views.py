"""Both views of one archive, kept at one sequence number."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

from index.archive import WriteLock
from index.dense import DenseView
from index.errors import ArchiveBusyError, ArchiveError
from index.lexical import LexicalView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.archive import Archive, IndexedPassage

log = logging.getLogger(__name__)
STEP = 512
"""Articles read from the archive at once when a view catches up."""


def silent(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


class View(Protocol):
    """A searchable structure derived from the archive."""

    sequence: int
    saved_sequence: int

    def apply(
        self, sequence: int, changed: Sequence[str] | None, passages: Sequence[IndexedPassage]
    ) -> None:
        """Bring the view to a sequence number."""
        ...

    def save(self) -> None:
        """Keep it on disk."""
        ...

    def freeze(self) -> Callable[[], None]:
        """Take it as it is now; the function given back keeps that on disk."""
        ...


class Views:
    """The dense and the lexical view; search them inside `reading`.

    Safe to use from several threads. Loading catches up with the archive.
    """

    def __init__(self, archive: Archive, *, progress: Callable[[int, int], None] = silent) -> None:
        self._archive = archive
        self._recipe = archive.recipe
        self._lock = threading.RLock()
        self._saving = WriteLock(archive.folder / "views" / "save.lock")
        folder = archive.folder / "views"
        for place in (folder, folder / "dense", folder / "lexical"):
            # On a full disk they are kept in memory.
            with suppress(OSError):
                place.mkdir(exist_ok=True)
        # Not in one snapshot of the archive: what another process commits and saves after it was
        # taken would look as if the archive were older than its views.
        self.dense = DenseView(archive, folder / "dense")
        self.lexical = LexicalView(archive, folder / "lexical")
        self.catch_up(progress=progress)

    @property
    def sequence(self) -> int:
        """The sequence number both views have reached."""
        return min(self.dense.sequence, self.lexical.sequence)

    @property
    def _both(self) -> tuple[View, View]:
        return self.dense, self.lexical

    @property
    def unsaved(self) -> bool:
        """Whether what is in memory is newer than what is on disk."""
        return any(view.sequence != view.saved_sequence for view in self._both)

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Hold both views still; gives the sequence number they stand for."""
        with self._lock:
            yield self.sequence

    def catch_up(self, *, progress: Callable[[int, int], None] = silent) -> int:
        """Apply what changed in the archive since; returns the sequence number reached.

        Raises:
            ModelMismatchError: the archive was embedded again with another model.
        """
        with self._lock, self._archive.snapshot():
            self._archive.require(self._recipe)
            head = self._archive.sequence()
            for view in self._both:
                if view.sequence > head:
                    log.warning("the archive is older than its views, rebuilding")
                    view.apply(0, None, [])
                if view.sequence != head:
                    self._bring(view, head, progress)
            return head

    def rebuild(self, *, progress: Callable[[int, int], None] = silent) -> int:
        """Make both views anew from the archive; nothing is embedded."""
        with self._lock, self._archive.snapshot():
            for view in self._both:
                view.apply(0, None, [])
            head = self.catch_up(progress=progress)
        self.save()
        return head

    def save(self) -> None:
        """Keep on disk what is not there yet, unless another process is at it.

        Searches go on meanwhile. Where it cannot be written, it is caught up when next loaded.
        """
        try:
            with self._saving.held(wait_seconds=10):
                for view in self._both:
                    if view.sequence != view.saved_sequence:
                        with self._lock:
                            keep = view.freeze()
                        keep()
        except ArchiveBusyError:
            log.info("another process is saving the views; leaving it to that one")
        except (ArchiveError, OSError, RuntimeError) as error:
            log.warning("the views could not be saved, which only costs time later: %s", error)

    def close(self) -> None:
        """Save what is unsaved and let go of the files."""
        if self.unsaved:
            self.save()
        self.lexical.close()

    def _bring(self, view: View, head: int, progress: Callable[[int, int], None]) -> None:
        changed = self._archive.changed_since(view.sequence)
        for first in range(0, max(len(changed), 1), STEP):
            step = changed[first : first + STEP]
            reached = head if first + STEP >= len(changed) else view.sequence
            view.apply(reached, step, list(self._archive.indexed_passages(step)))
            progress(min(first + STEP, len(changed)), len(changed))
