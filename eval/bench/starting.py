"""From the command line to an answer: how long a process takes, cold and warm."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from eval.bench import caches
from eval.bench.figures import Figure, Section
from eval.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
REPEATS = 5
PATIENCE_SECONDS = 120.0
POLL_SECONDS = 0.01
QUESTION = "How did Kim Jong Un travel to Russia?"
DATELINE = (sys.executable, "-m", "api.cli")


def measure(archive: Path, step: Callable[[str], None]) -> Section:
    """Time `serve` to ready and `ask` to its end, on the sample archive."""
    figures = []
    for name, timed in (("serve to ready", _serve), ("ask, whole process", _ask)):
        timed(archive)  # compiles what was never imported, saves what is unsaved
        for state in ("cold", "warm") if caches.can_evict() else ("warm",):
            values = []
            for number in range(1, REPEATS + 1):
                step(f"{name}, {state}: {number} of {REPEATS}")
                if state == "cold":
                    caches.evict([archive])
                values.append(timed(archive))
            figures.append(Figure(f"{name}, {state}", "s", tuple(values)))
    return Section(
        "start",
        "Starting",
        "The sample archive, in a new process each time. Ready means that `/readyz` answers 200, "
        "asked every 10 ms. Cold: the files of the archive, the environment and Python's library "
        "were put out of the page cache before.",
        tuple(figures),
    )


def _serve(archive: Path) -> float:
    port = _free_port()
    command = [str(part) for part in (*DATELINE, "--archive", archive, "serve", "--port", port)]
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command, on a folder we made
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment()
    )
    try:
        while not _ready(port):
            if process.poll() is not None or perf_counter() - began > PATIENCE_SECONDS:
                words = " ".join(command)
                raise ServiceError(f"`{words}` did not become ready; run it to see why")
            sleep(POLL_SECONDS)
        return perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def _ask(archive: Path) -> float:
    began = perf_counter()
    done = subprocess.run(  # noqa: S603 - as above
        [*DATELINE, "--archive", str(archive), "ask", "--json", QUESTION],
        capture_output=True,
        check=False,
        env=_environment(),
    )
    seconds = perf_counter() - began
    if not done.stdout:
        raise ServiceError(f"`dateline ask` gave no answer: {done.stderr.decode(errors='replace')}")
    return seconds


def _environment() -> dict[str, str]:
    """Ours, but such that modules are compiled once and not in every process."""
    return {name: value for name, value in os.environ.items() if name != NO_BYTECODE}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()
