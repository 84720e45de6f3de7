"""Distillation: what a student loses by disagreeing, and teachers with other ids."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import MPNetConfig, MPNetModel

from qa.reader_files import SHIPPED
from qa.training.batches import Batch, collate
from qa.training.config import DistilConfig, OptimizerConfig
from qa.training.distillation import distilled_loss
from qa.training.features import Feature, Lesson
from qa.training.model import Logits, build_model, in_reach, losses_of
from qa.training.optimization import build_optimizer


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


def lesson(relevance: float) -> Lesson:
    rising = np.arange(8, dtype=np.float16)
    return Lesson(rising, rising[::-1].copy(), relevance)


def logits(batch: Batch) -> Logits:
    """Logits that are as good as random, with what is out of reach far below."""
    torch.manual_seed(5)
    shape = batch.start.shape
    start, end = torch.randn((2, *shape), requires_grad=True).unbind()
    return Logits(
        in_reach(start, batch.allowed), in_reach(end, batch.allowed), torch.randn(shape[0])
    )


def divergence(teacher: list[float], student: list[float], temperature: float) -> float:
    """Of two softened distributions, by hand."""
    taught, learnt = (np.exp(np.array(each) / temperature) for each in (teacher, student))
    taught, learnt = taught / taught.sum(), learnt / learnt.sum()
    return float((taught * np.log(taught / learnt)).sum())


def test_the_loss_of_a_lesson_by_hand() -> None:
    ids = np.array([101, 2040, 2180, 102, 4698, 15214, 2180, 102], np.int32)
    with_one = Feature(ids, 4, 4, ((4, 5),), lesson(0.5))
    batch = collate([with_one, Feature(ids[:7], 4, 4, ())])  # one without, and shorter
    said = logits(batch)
    hard = losses_of(said, batch).tolist()
    reachable = [0, 4, 5, 6]
    start, end = (each[0][reachable].tolist() for each in (said.start, said.end))
    soft = divergence([0, 4, 5, 6], start, 2) + divergence([7, 3, 2, 1], end, 2)
    chance, believed = torch.sigmoid(torch.tensor(0.5)), torch.sigmoid(said.relevance[0])
    entropy = -(chance * believed.log() + (1 - chance) * (1 - believed).log()).item()
    taught = 2**2 * soft / 2 + 0.5 * entropy
    expected = ((0.3 * hard[0] + 0.7 * taught) + hard[1]) / 2
    found = distilled_loss(said, batch, DistilConfig(share=0.7, temperature=2.0))
    assert found.item() == pytest.approx(expected, rel=1e-4)


def test_a_student_that_agrees_with_its_teacher_has_nothing_to_learn_from_it() -> None:
    ids = np.array([101, 2040, 2180, 102, 4698, 15214, 2180, 102], np.int32)
    batch = collate([Feature(ids, 4, 4, ((4, 5),), lesson(0.5))])
    start = batch.lesson_start.clone().requires_grad_(True)
    said = Logits(in_reach(start, batch.allowed), batch.lesson_end, batch.lesson_relevance)
    distilled_loss(said, batch, DistilConfig(share=1.0)).backward()
    assert start.grad is not None
    assert start.grad.abs().max().item() < 1e-6


def test_an_mpnet_reads_berts_ids_under_its_own_numbers(mpnet: Path) -> None:
    model = build_model(str(mpnet))
    assert model.vocabulary is not None
    # [PAD] is 0 for BERT and 1 for MPNet; [CLS] 101 and 0; [SEP] 102 and 2
    assert model.vocabulary[[0, 101, 102]].tolist() == [1, 0, 2]


def test_the_lowest_layers_are_frozen_with_what_is_shared_below_them(mpnet: Path) -> None:
    model = build_model(str(mpnet))
    build_optimizer(model, OptimizerConfig(frozen_layers=1))
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert {name.partition(".")[0] for name in learning} == {"span", "relevance"}


def test_more_frozen_layers_than_there_are_is_refused(mpnet: Path) -> None:
    with pytest.raises(ValueError, match="there are 1"):
        build_optimizer(build_model(str(mpnet)), OptimizerConfig(frozen_layers=2))
