"""Ask latency, stage by stage, on the sample archive."""

from __future__ import annotations

from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from eval.bench.articles import SAMPLES
from eval.bench.figures import Figure, Section
from eval.configs import DEFAULT, parse_config, settings_of
from eval.datasets import load_dataset
from qa.factory import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.factory import Engine

QUESTIONS = 100
WARM_UP = 5
STAGES = ("embed", "retrieve", "read", "assemble")


@contextmanager
def sample_engine(folder: Path) -> Iterator[Engine]:
    """The sample archive, ingested where it is not yet, under the default settings."""
    engine = open_engine(settings_of(parse_config(DEFAULT), folder), create=True)
    try:
        engine.ingester.ingest_files([SAMPLES])
        yield engine
    finally:
        engine.close()


def measure(folder: Path, step: Callable[[str], None]) -> Section:
    """Ask questions of the gold set, one at a time."""
    step("opening the sample archive")
    questions = [question.text for question in load_dataset(limit=QUESTIONS).questions]
    laps: list[dict[str, float]] = []
    with sample_engine(folder) as engine:
        stats = engine.archive.stats()
        for question in questions[:WARM_UP]:
            engine.pipeline.ask(question)
        for number, question in enumerate(questions, start=1):
            step(f"question {number} of {len(questions)}")
            began = perf_counter()
            answer = engine.pipeline.ask(question)
            laps.append({**answer.timings_ms, "all": (perf_counter() - began) * 1000})
        reader, read = engine.pipeline.reader.name, engine.pipeline.passages_read
    return Section(
        "ask",
        "Asking",
        f"{len(questions)} questions of the gold set over the sample archive "
        f"({stats.articles:,} articles, {stats.passages:,} passages), one at a time in one "
        f"process; the reader {reader} reads {read} passages for each.",
        tuple(Figure(stage, "ms", tuple(lap[stage] for lap in laps)) for stage in (*STAGES, "all")),
    )
