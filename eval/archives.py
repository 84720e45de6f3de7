"""Archives for evaluation, kept under `.runs/` so that a second run embeds nothing."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

import index
from eval.configs import Config, settings_of
from eval.errors import DatasetError
from eval.systems import LibrarySystem
from index.article import version_of
from qa.factory import open_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from eval.questions import Dataset
    from index.article import Draft
    from index.ingest import Progress
    from qa.factory import Engine

RUNS = Path(".runs")
_COMPLETE = "complete.json"


@contextmanager
def library_system(
    config: Config,
    dataset: Dataset,
    runs: Path = RUNS,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Iterator[LibrarySystem]:
    """The pipeline under a configuration, over an archive that holds the set's articles.

    Raises:
        ConfigError: the configuration cannot be.
        DatasetError: an article of the set cannot be put into an archive.
    """
    settings = settings_of(config, runs)
    key = _key(dataset.articles, settings.model, settings.chunk_tokens, settings.overlap_tokens)
    folder = runs / "archives" / key
    folder.parent.mkdir(parents=True, exist_ok=True)
    settings = settings_of(config, folder)
    with FileLock(f"{folder}.lock"):
        engine = open_engine(settings, create=not (folder / _COMPLETE).exists())
        if not (folder / _COMPLETE).exists():
            _fill(engine, dataset.articles, progress)
            (folder / _COMPLETE).write_text(json.dumps({"articles": len(dataset.articles)}))
    try:
        yield LibrarySystem.over(config.name, engine, settings, dataset.articles)
    finally:
        engine.close()


def _fill(engine: Engine, articles: Sequence[Draft], progress: Callable[[Progress], None]) -> None:
    report = engine.ingester.ingest(articles, total=len(articles), progress=progress)
    if report.refused:
        first = report.refused[0]
        raise DatasetError(
            f"{len(report.refused)} articles of the set cannot be put into an archive; "
            f"{first.name}: {first.reason}"
        )


def _key(articles: Sequence[Draft], model: str, chunk_tokens: int, overlap_tokens: int) -> str:
    """What an archive depends on: the articles, the settings, and the code that cuts and embeds.

    Views are not part of it: an archive rebuilds those that do not fit.
    """
    digest = hashlib.sha256(f"{model}\n{chunk_tokens}\n{overlap_tokens}\n".encode())
    for draft in articles:
        known = (draft.id, draft.title, draft.source, draft.author, draft.url, draft.published_at)
        digest.update(f"{known}{version_of(draft.body)}\n".encode())
    for path in sorted(_code()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _code() -> Iterator[Path]:
    for package in map(Path, index.__path__):
        yield package / "chunking.py"
        yield package / "ingest.py"
        yield from (package / "embedding").glob("*.py")
