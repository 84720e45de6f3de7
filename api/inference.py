"""Running models off the event loop, with a limit to how many may wait."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from api.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
RETRY_AFTER_SECONDS = 2


class Cancelled(Exception):  # noqa: N818 - not an error: whoever asked has gone
    """Raised inside work that nobody waits for any more."""


class Slot:
    """A place in the queue, held by one request."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self._executor = executor
        self._cancelled = threading.Event()
        self._future: Future[Any] | None = None

    async def run(self, work: Callable[[], T]) -> T:
        """Do the work in a worker thread and wait for what it gives."""
        future = self._executor.submit(work)
        self._future = future
        return await asyncio.wrap_future(future)

    def check(self) -> None:
        """Called now and then by the work itself.

        Raises:
            Cancelled: nobody waits for it any more.
        """
        if self._cancelled.is_set():
            raise Cancelled

    def give_up(self, then: Callable[[], None]) -> None:
        """Stop the work if it is not done, and call `then` when the worker is free of it."""
        self._cancelled.set()
        if self._future is None:
            then()
        else:
            self._future.cancel()
            self._future.add_done_callback(lambda _: then())


class Inference:
    """A few worker threads and a bounded queue before them."""

    def __init__(self, *, workers: int, queue_size: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="inference")
        self._capacity = workers + queue_size
        self._taken = 0
        self._lock = threading.Lock()

    @property
    def depth(self) -> int:
        """How many requests are waiting or being worked on."""
        return self._taken

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """A place in the queue for as long as the request lasts.

        Raises:
            BusyError: the queue is full.
        """
        self._enter()
        slot = Slot(self._executor)
        try:
            yield slot
        finally:
            slot.give_up(self._leave)

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Let work that belongs to no request have its turn.

        Raises:
            BusyError: the queue is full.
            Cancelled: it is closed.
        """
        self._enter()
        try:
            future = self._executor.submit(work)
        except RuntimeError:
            self._leave()
            raise Cancelled from None
        future.add_done_callback(lambda _: self._leave())
        return future

    def close(self) -> None:
        """Wait for what is being worked on; what only waits is dropped."""
        self._executor.shutdown(cancel_futures=True)

    def _enter(self) -> None:
        with self._lock:
            if self._taken >= self._capacity:
                raise BusyError(
                    f"{self._taken} questions are being worked on or waiting, which is as many as "
                    f"this service takes on; try again in {RETRY_AFTER_SECONDS} seconds",
                    RETRY_AFTER_SECONDS,
                )
            self._taken += 1

    def _leave(self) -> None:
        with self._lock:
            self._taken -= 1
