"""One line a request and one for whatever else is worth knowing, on standard error.

Questions, article texts and addresses with what they ask for are never logged.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from api.settings import ServiceSettings

OURS = ("api", "qa", "index")


def configure(settings: ServiceSettings) -> None:
    """Let structlog and the standard library write the same kind of lines."""
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not sys.stderr.isatty()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries quote what they read in their messages; only what is ours may say more.
    root.setLevel(logging.ERROR)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level.upper())
    # What crashes is logged by our own middleware, what cannot start is told by the command.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
