"""The files of a shipped reader: its network, its tokenizer, and what its scores mean."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.calibration import Calibration
from qa.errors import ReaderError

SHIPPED = Path(__file__).parent / "models" / "reader"
_REMEDY = (
    "install dateline-qa again (`pip install --force-reinstall --no-deps`), or set DATELINE_READER"
)


@dataclass(frozen=True, slots=True)
class ReaderManifest:
    """`reader.json`: how the network is to be used, and the SHA-256 of the files beside it.

    `window` and `stride` count passage tokens: a new window starts every `stride` tokens.
    `relevance_weight` is how much of the relevance logit a span's score takes in. `threshold` is
    the confidence below which to abstain.
    """

    window: int
    stride: int
    relevance_weight: float
    calibration: Calibration
    threshold: float
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """The layout of a reader's folder."""

    folder: Path

    @property
    def network(self) -> Path:
        """The ONNX file."""
        return self.folder / "model.onnx"

    @property
    def tokenizer(self) -> Path:
        """The tokenizer, in the format of the Rust library."""
        return self.folder / "tokenizer.json"

    @property
    def manifest(self) -> Path:
        """What `ReaderManifest` describes."""
        return self.folder / "reader.json"

    def load(self) -> ReaderManifest:
        """The manifest, once every file was found to be what it says.

        Raises:
            ReaderError: a file is missing or its SHA-256 is not that of the manifest.
        """
        try:
            content = json.loads(self.manifest.read_text(encoding="utf-8"))
            calibration = Calibration(**content.pop("calibration"))
            manifest = ReaderManifest(calibration=calibration, **content)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise ReaderError(f"{self.manifest} cannot be used ({error}): {_REMEDY}") from error
        for path in (self.network, self.tokenizer):
            if not path.exists():
                raise ReaderError(f"{path} is missing: {_REMEDY}")
            if sha256(path) != manifest.sha256.get(path.name):
                raise ReaderError(f"{path} is damaged (its SHA-256 is another): {_REMEDY}")
        return manifest

    def write(self, manifest: ReaderManifest) -> None:
        """Writes the manifest; the network and the tokenizer are in place already."""
        text = json.dumps(asdict(manifest), indent=2) + "\n"
        self.manifest.write_text(text, encoding="utf-8")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
