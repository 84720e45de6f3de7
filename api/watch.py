"""Noticing what other processes did to the archive, and keeping the views on disk current."""

from __future__ import annotations

import logging
import threading
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.archive import Archive
    from index.views import Views

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
MOST_LOOK_SECONDS = 5.0
"""The longest between two looks when one after the other fails."""
QUIET_SECONDS = 3.0
"""How long nothing must have changed before the views are saved: they are saved whole."""
UNSAVED_SECONDS = 60.0
"""The longest they stay unsaved when it never gets quiet."""
RETRY_SECONDS = 60.0
"""How long after a failure to save, say on a full disk, it is tried again."""


class Watcher:
    """One thread that looks at the archive's sequence number twice a second, and one that saves.

    Saving waits for locks and disks, and what other processes did is to be seen meanwhile.

    Args:
        archive: what to look at.
        views: what to bring up to it, and to save.
        quiet_seconds: how long nothing must have changed before they are saved.
    """

    def __init__(
        self, archive: Archive, views: Views, *, quiet_seconds: float = QUIET_SECONDS
    ) -> None:
        self._archive = archive
        self._views = views
        self._quiet_seconds = quiet_seconds
        self._stop = threading.Event()
        self._threads = (
            threading.Thread(target=self._watch, name="watch"),
            threading.Thread(target=self._keep_saved, name="save"),
        )
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop looking; a save under way is waited for."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _watch(self) -> None:
        pause = LOOK_SECONDS
        while not self._stop.wait(pause):
            try:
                if self._archive.sequence() != self._views.sequence:
                    self._views.catch_up()
                pause = LOOK_SECONDS
            except Exception:
                # Searches go on with what is in memory, and the next look may fare better.
                if pause == LOOK_SECONDS:
                    log.exception("looking for changes of the archive failed; looking on")
                pause = min(2 * pause, MOST_LOOK_SECONDS)

    def _keep_saved(self) -> None:
        seen = self._views.sequence
        changed = clean = monotonic()
        pause = LOOK_SECONDS
        while not self._stop.wait(pause):
            pause = LOOK_SECONDS
            now = monotonic()
            if seen != self._views.sequence:
                seen, changed = self._views.sequence, now
            if not self._views.unsaved:
                clean = now
            elif now - changed > self._quiet_seconds or now - clean > UNSAVED_SECONDS:
                if not self._save():
                    pause = RETRY_SECONDS
                clean = monotonic()

    def _save(self) -> bool:
        reached = self._views.sequence
        try:
            self._views.save()
        except Exception:
            log.exception("saving the views failed, which only costs time later")
            return False
        # A failure that is foreseen is logged there. What came meanwhile is for the next time.
        return not self._views.unsaved or self._views.sequence != reached
