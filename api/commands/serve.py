"""`dateline serve`: the chat page and the HTTP interface."""

import socket
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import ArchiveOption, JsonOption, common

if TYPE_CHECKING:
    from api.settings import ServiceSettings

EXAMPLES = """\
[bold]Examples[/]

dateline --archive ./news serve

dateline serve --port 8080

DATELINE_API_KEY=... dateline serve --host 0.0.0.0

Makes the archive if there is none. Beyond this machine it listens only where DATELINE_API_KEY is
set, which every write must then bring. Ctrl-C lets answers under way finish.
"""


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen at; else 127.0.0.1.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="0 for any; else 8000.")
    ] = None,
    archive: ArchiveOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the chat page and the HTTP interface."""
    shared = common(context, archive, as_json)

    from api.settings import ServiceSettings, load_settings

    settings = load_settings(ServiceSettings, archive=shared.archive, host=host, port=port)
    _check_address(settings)
    listening = _bind(settings)

    from api.app import create_app
    from api.logs import configure
    from api.server import run

    configure(settings)
    run(create_app(settings), settings, listening, as_json=shared.json)


def _check_address(settings: "ServiceSettings") -> None:
    from api.errors import SettingsError
    from api.guard import is_loopback

    if settings.api_key is None and not is_loopback(settings.host):
        raise SettingsError(
            f"{settings.host} can be reached from beyond this machine, and no key is set; set "
            "DATELINE_API_KEY to 16 or more characters that every write must then bring, or "
            "listen at 127.0.0.1"
        )


def _bind(settings: "ServiceSettings") -> socket.socket:
    """Take the port before the models are loaded: a port in use should not cost that time."""
    from api.errors import SettingsError

    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        taken = socket.socket(family, kind, protocol)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
    except OSError as error:
        raise SettingsError(
            f"cannot listen at {settings.host} port {settings.port} ({error.strerror}); "
            "name another with --host or --port"
        ) from None
    return taken
