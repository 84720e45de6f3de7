"""`python -m qa.training --config FILE --data FILE... --out DIR [--resume]`; `--help` for more."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from qa.training.checkpoint import load_weights
from qa.training.config import load_config
from qa.training.data import feature_sources
from qa.training.evaluation import load_samples
from qa.training.loop import RunFolder, TrainingRun
from qa.training.model import PACKAGED_ENCODER, encoder_folder
from qa.windows import PairTokenizer


def main(arguments: Sequence[str] | None = None) -> None:
    """Train as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m qa.training", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="TOML file")
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, help="training files, folders of lessons"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="files to measure on")
    parser.add_argument("--dev-size", type=int, default=200, help="questions of each dev file")
    parser.add_argument("--weights", type=Path, help="of an earlier run, or a reader's folder")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = load_config(given.config)
    tokenizer = PairTokenizer(encoder_folder(PACKAGED_ENCODER) / "tokenizer.json")
    sources = feature_sources(given.data, tokenizer, config.data)
    starts = given.weights is not None and not given.resume
    samples = load_samples(given.dev, given.dev_size)
    run = TrainingRun(
        config,
        sources,
        RunFolder(given.out),
        samples=samples,
        tokenizer=tokenizer,
        weights=load_weights(given.weights, config.encoder) if starts else None,
        resume=given.resume,
    )
    run.train()


if __name__ == "__main__":
    main()
