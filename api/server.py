"""Running the app under uvicorn: says when it is ready, stops gracefully, fails in a sentence."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from api.settings import ServiceSettings


class AnnouncingServer(uvicorn.Server):
    """Prints its address when it answers there."""

    def __init__(self, config: uvicorn.Config, *, as_json: bool) -> None:
        super().__init__(config)
        self._as_json = as_json

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        if self.started and sockets:
            url = _url(sockets[0])
            ready = json.dumps({"ready": True, "url": url})
            print(ready if self._as_json else f"Dateline is ready at {url}", flush=True)  # noqa: T201 - the command's output


def run(
    app: FastAPI, settings: ServiceSettings, listening: socket.socket, *, as_json: bool
) -> None:
    """Serve until a signal comes, then let what is under way finish.

    Args:
        app: what to serve.
        settings: its settings.
        listening: a bound socket, which is closed in the end.
        as_json: whether to announce the address as JSON.

    Raises:
        DatelineError: it could not start; the message says why.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    server = AnnouncingServer(config, as_json=as_json)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)  # noqa: T201 - as above
    except SystemExit:
        # So uvicorn ends when the app could not start, having logged a traceback at most.
        failure: Exception | None = getattr(app.state, "failure", None)
        if failure is None:
            raise
        raise failure from None
    finally:
        listening.close()


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
