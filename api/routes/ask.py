"""Asking the archive."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.dependencies import ServiceDep, SlotDep, check_question
from api.inference import Slot
from api.problems import problem_of
from api.schemas.ask import AnswerReply, AskRequest
from api.service import Service
from qa.answer import Answer

log = structlog.get_logger(__name__)
router = APIRouter(prefix="/v1", tags=["ask"])


def checked(asked: AskRequest, service: ServiceDep) -> AskRequest:
    """The question, if it is one: checked before a place in the queue is taken."""
    check_question(asked.question, "question", service)
    return asked


Asked = Annotated[AskRequest, Depends(checked)]


@router.post("/ask", response_model=AnswerReply, responses={503: {"description": "Queue full."}})
async def ask(asked: Asked, service: ServiceDep, slot: SlotDep) -> AnswerReply:
    """Answer a question in the articles' own words, with citations that hold to the letter.

    Where the archive does not say, `answered` is false and the nearest passages are given.
    """
    answer = await slot.run(lambda: _answer(asked, service, slot, lambda _stage: None))
    return AnswerReply.of(answer)


@router.post(
    "/ask/stream",
    response_class=EventSourceResponse,
    responses={503: {"description": "Queue full."}},
)
async def ask_stream(
    asked: Asked, service: ServiceDep, slot: SlotDep, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """The same as server-sent events: `stage` as each stage begins, then `answer` or `error`.

    The data of `stage` is `{"stage": "retrieve" | "read" | "assemble"}`, that of `answer` what
    `/v1/ask` returns, that of `error` a problem.
    """
    loop = asyncio.get_running_loop()
    stages: asyncio.Queue[str | None] = asyncio.Queue()

    def tell(stage: str | None) -> None:
        loop.call_soon_threadsafe(stages.put_nowait, stage)

    work = asyncio.ensure_future(slot.run(lambda: _answer(asked, service, slot, tell)))
    work.add_done_callback(lambda _: stages.put_nowait(None))
    try:
        while (stage := await stages.get()) is not None:
            yield ServerSentEvent(event="stage", data={"stage": stage})
        yield ServerSentEvent(event="answer", data=AnswerReply.of(await work))
    except Exception as error:
        problem = problem_of(error)
        if problem.status >= 500:
            log.exception("answering failed")
        yield ServerSentEvent(event="error", data=problem.to_json(request.scope["request_id"]))
    finally:
        work.cancel()


def _answer(asked: AskRequest, service: Service, slot: Slot, tell: Callable[[str], None]) -> Answer:
    def on_stage(stage: str) -> None:
        slot.check()
        tell(stage)

    slot.check()
    answer = service.engine.pipeline.ask(
        asked.question,
        asked.filters.to_filters(),
        max_citations=asked.max_citations,
        history=[turn.to_turn() for turn in asked.history],
        on_stage=on_stage,
    )
    service.metrics.answer(answered=answer.answered, timings_ms=answer.timings_ms)
    return answer
