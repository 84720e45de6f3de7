"""Questions to show to someone who has not asked one yet, worked out beside the real ones."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING

from api.errors import BusyError
from api.inference import Cancelled
from qa.suggestions import suggest

if TYPE_CHECKING:
    from api.inference import Inference
    from qa.answer import Answer
    from qa.factory import Engine

log = logging.getLogger(__name__)


class Suggestions:
    """The last list, worked out anew in a thread of its own when searches see another archive."""

    def __init__(self, engine: Engine, inference: Inference) -> None:
        self._engine = engine
        self._inference = inference
        self._lock = threading.Lock()
        self._latest: tuple[str, ...] = ()
        self._sequence = -1
        """The state of the archive that the list belongs to."""
        self._thread: threading.Thread | None = None
        self._closed = False

    def latest(self) -> tuple[tuple[str, ...], bool]:
        """The last list, and whether it belongs to the archive as it is; comes at once.

        If it does not, a new one is begun unless one is under way.
        """
        with self._lock:
            sequence = self._engine.views.sequence
            current = sequence == self._sequence
            if not current and self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._renew, args=(sequence,), name="suggestions"
                )
                self._thread.start()
            return self._latest, current

    def close(self) -> None:
        """Wait for what is under way; call it when the inference is closed, which ends that."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread:
            thread.join()

    def _renew(self, sequence: int) -> None:
        found: tuple[str, ...] | None = None
        try:
            found = tuple(suggest(self._engine.archive, self._ask))
        except (BusyError, Cancelled, CancelledError):
            # Real questions come first: whoever looks next begins again.
            pass
        except Exception:
            log.exception("working out suggestions failed")
            found = ()
        with self._lock:
            self._thread = None
            if found is not None:
                self._latest, self._sequence = found, sequence

    def _ask(self, question: str) -> Answer:
        """An answer that waits its turn in the queue, as anybody's does."""
        pipeline = self._engine.pipeline
        return self._inference.submit(lambda: pipeline.ask(question, max_citations=1)).result()
