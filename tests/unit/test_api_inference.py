import asyncio
import threading
from collections.abc import Iterator

import pytest

from api.errors import BusyError
from api.inference import Cancelled, Inference


@pytest.fixture
def inference() -> Iterator[Inference]:
    made = Inference(workers=1, queue_size=1)
    yield made
    made.close()


def test_work_is_done_in_another_thread(inference: Inference) -> None:
    async def ask() -> int:
        with inference.slot() as slot:
            return await slot.run(threading.get_ident)

    assert asyncio.run(ask()) != threading.get_ident()


def test_as_many_as_workers_and_queue_are_taken_on_and_no_more(inference: Inference) -> None:
    with inference.slot(), inference.slot():
        assert inference.depth == 2
        with pytest.raises(BusyError) as caught, inference.slot():
            pass
    assert caught.value.retry_after > 0
    assert inference.depth == 0


def test_work_of_no_request_takes_a_place_until_it_is_done(inference: Inference) -> None:
    go_on = threading.Event()
    first, second = inference.submit(go_on.wait), inference.submit(lambda: 2)
    with pytest.raises(BusyError):
        inference.submit(lambda: 3)
    go_on.set()
    assert (first.result(10), second.result(10)) == (True, 2)
    inference.close()
    assert inference.depth == 0
    with pytest.raises(Cancelled):
        inference.submit(lambda: 4)
    assert inference.depth == 0


def test_a_place_is_free_again_after_an_error(inference: Inference) -> None:
    async def fail() -> None:
        with inference.slot() as slot:
            await slot.run(lambda: 1 // 0)

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            asyncio.run(fail())
    assert inference.depth == 0


def test_work_of_someone_who_left_stops_at_its_next_check(inference: Inference) -> None:
    begun, go_on, outcome = threading.Event(), threading.Event(), []

    async def ask_and_leave() -> None:
        with inference.slot() as slot:

            def work() -> None:
                begun.set()
                go_on.wait(10)
                try:
                    slot.check()
                except Cancelled:
                    outcome.append("stopped")

            asking = asyncio.ensure_future(slot.run(work))
            await asyncio.to_thread(begun.wait, 10)
            asking.cancel()
        # The worker is still at it, so the place is not free yet.
        assert inference.depth == 1
        go_on.set()

    asyncio.run(ask_and_leave())
    inference.close()
    assert outcome == ["stopped"]
    assert inference.depth == 0


def test_work_that_only_waits_is_dropped_when_its_asker_leaves(inference: Inference) -> None:
    go_on, done = threading.Event(), []

    async def both() -> None:
        with inference.slot() as first:
            busy = asyncio.ensure_future(first.run(lambda: go_on.wait(10)))
            with inference.slot() as second:
                waiting = asyncio.ensure_future(second.run(lambda: done.append("second")))
                await asyncio.sleep(0)
                waiting.cancel()
            assert inference.depth == 1
            go_on.set()
            await busy

    asyncio.run(both())
    inference.close()
    assert done == []
