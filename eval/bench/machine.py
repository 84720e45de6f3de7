"""The machine in words, and what it can do at most."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

_CPU_FACTS = Path("/proc/cpuinfo")
_SIDE = 2048
_READ_BYTES = 256 * 1024 * 1024
_TRIES = 5


def describe() -> str:
    """Processor, cores, memory and the versions that matter, in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory; "
        f"{platform.system()}, Python {platform.python_version()}; load average at the start "
        f"{os.getloadavg()[0]:.1f}"
    )


def matrix_flops() -> float:
    """32-bit floating-point operations a second that a matrix product in BLAS reaches."""
    square = np.ones((_SIDE, _SIDE), dtype=np.float32)
    return 2 * _SIDE**3 / min(_seconds(lambda: square @ square) for _ in range(_TRIES))


def memory_rate() -> float:
    """Bytes a second read from memory, by a dot product of vectors larger than any cache."""
    vector = np.ones(_READ_BYTES // 4, dtype=np.float32)
    return _READ_BYTES / min(_seconds(lambda: vector @ vector) for _ in range(_TRIES))


def _seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _processor() -> str:
    try:
        lines = _CPU_FACTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = {name.strip(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    sets = [name for name in ("avx2", "avx512f", "avx512_vnni") if name in facts.get("flags", "")]
    return " ".join([facts.get("model name", platform.machine()), *sets])
