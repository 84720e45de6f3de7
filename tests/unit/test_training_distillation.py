"""Distillation: what a student loses by disagreeing, and teachers with other ids."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from qa.reader_files import SHIPPED
from qa.training.batches import Batch, collate
from qa.training.config import DistilConfig
from qa.training.distillation import Teacher, load_teacher
from qa.training.features import Feature
from qa.training.model import Logits, SpanModel, build_model, run_model


def one_batch() -> Batch:
    ids = np.array([101, 2040, 2180, 102, 4698, 15214, 2180, 102], np.int32)
    return collate([Feature(ids, 4, 4, ((4, 5),)), Feature(ids, 4, 4, ())])


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny MPNet: BERT's word pieces, numbered as MPNet numbers them."""
    folder = tmp_path_factory.mktemp("mpnet")
    torch.manual_seed(2)
    size = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    MPNetModel(MPNetConfig(**size, intermediate_size=64)).save_pretrained(folder)
    tokenizer = json.loads((SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))
    names = {"[CLS]": "<s>", "[PAD]": "<pad>", "[SEP]": "</s>", "[MASK]": "<mask>"}
    pieces = [names.get(piece, piece) for piece in tokenizer["model"]["vocab"]]
    special = ["<s>", "<pad>", "</s>"]
    order = [*special, *(piece for piece in pieces if piece not in special)]
    tokenizer["model"]["vocab"] = {piece: number for number, piece in enumerate(order)}
    tokenizer["added_tokens"] = []
    tokenizer["post_processor"] = None
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder


def test_a_student_that_agrees_with_its_teacher_learns_from_annotators_alone(mpnet: Path) -> None:
    model = build_model(str(mpnet)).eval()
    batch = one_batch()
    taught = run_model(model, batch)
    certain = replace(taught, relevance=taught.relevance)
    blended = Teacher(model, share=0.5, temperature=2.0).blend(torch.tensor(3.0), certain, batch)
    chance = torch.sigmoid(taught.relevance)
    entropy = -(chance * chance.log() + (1 - chance) * (1 - chance).log()).mean()
    assert blended.item() == pytest.approx(0.5 * 3.0 + 0.5 * 0.5 * entropy.item(), abs=1e-4)


def test_a_student_that_disagrees_loses_more(mpnet: Path) -> None:
    model = build_model(str(mpnet)).eval()
    batch = one_batch()
    taught = run_model(model, batch)
    other = Logits(taught.start.flip(1), taught.end, taught.relevance)
    teacher = Teacher(model, share=1.0, temperature=1.0)
    nothing = torch.tensor(0.0)
    assert teacher.blend(nothing, other, batch) > teacher.blend(nothing, taught, batch)


def test_an_mpnet_reads_berts_ids_under_its_own_numbers(mpnet: Path) -> None:
    model = build_model(str(mpnet))
    assert model.vocabulary is not None
    # [PAD] is 0 for BERT and 1 for MPNet; [CLS] 101 and 0; [SEP] 102 and 2
    assert model.vocabulary[[0, 101, 102]].tolist() == [1, 0, 2]


def test_a_teacher_is_loaded_from_its_runs_weights(mpnet: Path, tmp_path: Path) -> None:
    torch.manual_seed(4)
    trained: SpanModel = build_model(str(mpnet)).eval()
    torch.save(trained.state_dict(), tmp_path / "weights.pt")
    config = DistilConfig(encoder=str(mpnet), weights=str(tmp_path / "weights.pt"))
    teacher = load_teacher(config, torch.device("cpu"))
    assert teacher is not None
    batch = one_batch()
    with torch.no_grad():
        expected, given = run_model(trained, batch), run_model(teacher.model, batch)
    assert torch.equal(expected.start, given.start)


def test_without_a_teacher_there_is_none() -> None:
    assert load_teacher(DistilConfig(), torch.device("cpu")) is None
