"""The chat page, and the page that documents the service. Nothing comes from elsewhere."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

PAGE = Path(__file__).parent.parent / "static"
DOCS = Path(__file__).parent.parent / "docs_page"
DOCS_POLICY = (
    # Swagger UI styles its elements from its script, and draws icons from data: addresses.
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def page() -> FileResponse:
    """The chat page."""
    return FileResponse(PAGE / "index.html")


@router.get("/docs")
async def docs() -> FileResponse:
    """What there is at which address, to be tried out."""
    return FileResponse(DOCS / "index.html", headers={"Content-Security-Policy": DOCS_POLICY})


def page_files() -> StaticFiles:
    """The scripts and styles of the chat page."""
    return StaticFiles(directory=PAGE)


def docs_files() -> StaticFiles:
    """Those of the documentation: our own, then Swagger UI out of its package."""
    return StaticFiles(directory=DOCS, packages=[("fastapi_offline", "static")])
