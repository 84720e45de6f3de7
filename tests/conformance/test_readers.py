"""The readers of this project against what every reader must do."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.huggingface_reader import HuggingFaceReader
from qa.onnx_reader import OnnxReader
from qa.reader import Reader
from qa.reader_files import SHIPPED
from tests.conformance.reader_suite import ReaderSuite


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return OnnxReader(SHIPPED)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("tiny-bert")
    save_tiny_model(folder)
    return HuggingFaceReader(str(folder))


class TestOnnxReader(ReaderSuite):
    @pytest.fixture
    def reader(self, shipped: Reader) -> Reader:
        return shipped


class TestHuggingFaceReader(ReaderSuite):
    @pytest.fixture
    def reader(self, tiny: Reader) -> Reader:
        return tiny


def save_tiny_model(folder: Path) -> None:
    """A question-answering model with random weights, laid out as transformers saves one."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

    torch.manual_seed(0)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    BertForQuestionAnswering(BertConfig(**size, intermediate_size=64)).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_file=str(SHIPPED / "tokenizer.json"),
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
    ).save_pretrained(folder)
