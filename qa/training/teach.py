"""`python -m qa.training.teach --config FILE --weights FILE --data FILE... --tokens N --out DIR`.

Writes down what a trained teacher says of the inputs that a training run on these files would see,
as lessons for a smaller reader (`qa.training --data DIR`). A pass that is cut off goes on where
it was when it is started again.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from itertools import chain, count, islice
from pathlib import Path

import numpy as np
import torch

from qa.reader_files import sha256
from qa.training.batches import collate, epochs, grouped
from qa.training.checkpoint import load_weights
from qa.training.config import TrainingConfig, load_config
from qa.training.data import feature_sources
from qa.training.features import Feature, FeatureSource, Lesson
from qa.training.lessons import Lessons
from qa.training.loop import precision
from qa.training.model import (
    PACKAGED_ENCODER,
    SpanModel,
    build_model,
    encoder_folder,
    run_model,
)
from qa.windows import PairTokenizer

logger = logging.getLogger(__name__)
_PART = 2_000  # features
_TOKENS_A_BATCH = 8_000


def inputs(
    sources: Mapping[str, FeatureSource], config: TrainingConfig, tokens: int
) -> Iterator[Feature]:
    """What a run would see, until there are enough tokens (padding is not counted)."""
    seen = 0
    for feature in chain.from_iterable(epochs(sources, config)):
        if seen >= tokens:
            return
        yield feature
        seen += len(feature.ids)


def with_lessons(
    model: SpanModel, features: Sequence[Feature], config: TrainingConfig
) -> Iterator[Feature]:
    """The features with the model's logits, in the order of their lengths."""
    device = next(model.parameters()).device
    for group in grouped(features, _TOKENS_A_BATCH):
        batch = collate(group).to(device)
        with torch.no_grad(), precision(device, config.run):
            logits = run_model(model, batch)
        start, end = (each.half().cpu().numpy() for each in (logits.start, logits.end))
        for row, feature in enumerate(group):
            size = len(feature.ids)
            lesson = Lesson(
                np.array(start[row, :size]), np.array(end[row, :size]), float(logits.relevance[row])
            )
            yield replace(feature, lesson=lesson)


def _origin(
    config: TrainingConfig, weights: Path, data: Sequence[Path], tokens: int
) -> dict[str, object]:
    """What decides the lessons; `data` in its order."""
    return {
        "encoder": config.encoder,
        "weights": sha256(weights),
        "seed": config.seed,
        "data": {**asdict(config.data), "files": [[path.name, sha256(path)] for path in data]},
        "bfloat16": config.run.bfloat16,
        "tokens": tokens,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Teach as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.teach", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="TOML file: encoder and data")
    parser.add_argument("--weights", type=Path, required=True, help="of the teacher's run")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="training files")
    parser.add_argument("--tokens", type=int, required=True, help="of inputs to write lessons of")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = load_config(given.config)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(config.encoder)
    model.load_state_dict(load_weights(given.weights, config.encoder))
    model.eval().to(device)
    lessons, done = Lessons(given.out), 0
    lessons.begin(_origin(config, given.weights, given.data, given.tokens))
    tokenizer = PairTokenizer(encoder_folder(PACKAGED_ENCODER) / "tokenizer.json")
    sources = feature_sources(given.data, tokenizer, config.data)
    asked = inputs(sources, config, given.tokens)
    for number in count():
        features = list(islice(asked, _PART))
        if not features:
            lessons.finish(number)
            break
        if not lessons.part(number).exists():
            lessons.write(number, list(with_lessons(model, features, config)))
        done += sum(len(feature.ids) for feature in features)
        logger.info("%s of %s tokens", done, given.tokens)


if __name__ == "__main__":
    main()
