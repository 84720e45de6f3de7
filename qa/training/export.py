"""A trained model -> the folder that `qa.onnx_reader` reads: ONNX, tokenizer, manifest.

`python -m qa.training.export --weights FILE --config FILE --out DIR [--precision int8]`.
Calibration and threshold are set afterwards, by `python -m eval.reader_calibration`.
"""

from __future__ import annotations

import argparse
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from qa.calibration import Calibration
from qa.reader_files import ReaderFiles, ReaderManifest, sha256
from qa.training.checkpoint import load_weights
from qa.training.config import load_config
from qa.training.model import PACKAGED_ENCODER, SpanModel, build_model, encoder_folder
from qa.training.network import export_onnx
from qa.training.quantisation import quantise

WINDOW, STRIDE = 160, 100  # passage tokens: about what training shows; measured in docs/reader.md
SCORE_RELEVANCE = 2.0  # of the relevance logit in the score of a span
_UNCALIBRATED = Calibration(slope=1.0, intercept=0.0)


def export(model: SpanModel, tokenizer: Path, folder: Path, precision: str) -> None:
    """Writes the whole folder; its manifest has no calibration yet."""
    folder.mkdir(parents=True, exist_ok=True)
    files = ReaderFiles(folder)
    if precision == "int8":
        full = folder / "full.onnx"
        export_onnx(model, full)
        quantise(full, files.network)
        full.unlink()
    else:
        export_onnx(model, files.network)
    shutil.copyfile(tokenizer, files.tokenizer)
    files.write(
        ReaderManifest(
            window=WINDOW,
            stride=STRIDE,
            relevance_weight=SCORE_RELEVANCE,
            calibration=_UNCALIBRATED,
            threshold=0.5,
            sha256={path.name: sha256(path) for path in (files.network, files.tokenizer)},
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Export as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.export", description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="weights.pt or checkpoint.pt")
    parser.add_argument("--config", type=Path, required=True, help="TOML file of the run")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO)
    config = load_config(given.config)
    model = build_model(config.encoder)
    model.load_state_dict(load_weights(given.weights, config.encoder))
    tokenizer = encoder_folder(PACKAGED_ENCODER) / "tokenizer.json"
    export(model, tokenizer, given.out, given.precision)


if __name__ == "__main__":
    main()
