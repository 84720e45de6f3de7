"""Noticing what other processes did to the archive, and keeping the views on disk current."""

from __future__ import annotations

import logging
import threading
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.factory import Engine

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
QUIET_SECONDS = 3.0
"""How long nothing must have changed before the views are saved: they are saved whole."""
UNSAVED_SECONDS = 60.0
"""The longest they stay unsaved when it never gets quiet."""


class Watcher:
    """A thread that looks at the archive's sequence number twice a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch")
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        changed = saved = monotonic()
        seen = self._engine.views.sequence
        while not self._stop.wait(LOOK_SECONDS):
            try:
                if self._engine.archive.sequence() != self._engine.views.sequence:
                    self._engine.refresh()
                now = monotonic()
                if seen != self._engine.views.sequence:
                    seen, changed = self._engine.views.sequence, now
                quiet = now - changed > QUIET_SECONDS
                if self._engine.views.unsaved and (quiet or now - saved > UNSAVED_SECONDS):
                    self._engine.views.save()
                    saved = monotonic()
            except Exception:
                # Searches go on with what is in memory, and the next look may fare better.
                log.exception("looking for changes of the archive failed")
                self._stop.wait(10 * LOOK_SECONDS)
