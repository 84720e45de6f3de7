"""The HTTP service. Models load when it starts, never at import."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api import openapi, problems
from api.guard import Guard
from api.metrics import Metrics
from api.middleware import BodyLimit, RequestRecord
from api.routes import articles, ask, health, jobs, page, search, sources
from api.service import running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.settings import ServiceSettings

DESCRIPTION = """\
Every answer is a verbatim span of an article, with its source, its date and its place in the text,
or an honest "the archive does not say". For every citation, `body[start:end] == quote` in the named
version; offsets count Unicode code points.
"""


def create_app(settings: ServiceSettings) -> FastAPI:
    """The service under these settings, for any ASGI server.

    Nothing is opened or loaded before it starts; starting raises what `api.service.running` does.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        held = running(settings, metrics)
        try:
            app.state.service = await run_in_threadpool(held.__enter__)
        except Exception as error:
            app.state.failure = error
            raise
        try:
            yield
        finally:
            app.state.service = None
            await run_in_threadpool(held.__exit__, None, None, None)

    app = FastAPI(
        title="Dateline",
        summary="Ask a news archive; answers are quotations that hold.",
        description=DESCRIPTION,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_tags=[
            {"name": "ask", "description": "Questions and searches."},
            {"name": "articles", "description": "What the archive holds."},
            {"name": "health", "description": "For those who watch over the service."},
        ],
    )
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit, max_body_bytes=settings.max_body_bytes)
    app.add_middleware(Guard, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(RequestRecord, metrics=metrics)
    problems.install(app)
    for resource in (ask, search, articles, jobs, sources, health, page):
        app.include_router(resource.router)
    app.mount("/docs/files", page.docs_files())
    app.mount("/static", page.page_files())
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    return app


def _version() -> str:
    try:
        return version("dateline-qa")
    except PackageNotFoundError:
        return "not installed"
