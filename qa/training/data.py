"""Paths given on a command line -> sources of features."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from qa.training.config import DataConfig
from qa.training.features import FeatureMaker, FeatureSource
from qa.training.lessons import Lessons
from qa.training.sources import load_collections
from qa.windows import PairTokenizer

logger = logging.getLogger(__name__)


def feature_sources(
    paths: Sequence[Path], tokenizer: PairTokenizer, config: DataConfig
) -> dict[str, FeatureSource]:
    """By name: a collection of each training file, and the lessons of each folder.

    Raises:
        FileNotFoundError: a path is not there.
        ValueError: a folder holds no finished lessons, or two sources have the same name.
    """
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"{path} is neither a training file nor a folder of lessons")
    collections = load_collections(path for path in paths if not path.is_dir())
    made: list[tuple[str, FeatureSource]] = [
        (collection.name, FeatureMaker(collection, tokenizer, config)) for collection in collections
    ]
    for path in (path for path in paths if path.is_dir()):
        lessons = Lessons(path)
        lessons.check()
        made.append((path.name, lessons))
    sources = dict(made)
    if len(sources) < len(made):
        names = ", ".join(sorted(name for name, _ in made))
        raise ValueError(f"two sources have the same name, rename one: {names}")
    for name in sorted(set(config.repeat) - set(sources)):
        logger.warning("data.repeat names %s, which is not among the data given", name)
    return sources
