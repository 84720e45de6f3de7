"""Lessons: what a teacher says is written once, and only ever read as what it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from qa.reader_files import SHIPPED
from qa.training import teach
from qa.training.batches import batches, collate
from qa.training.config import DataConfig, RunConfig, ScheduleConfig, TrainingConfig
from qa.training.data import feature_sources
from qa.training.features import Feature
from qa.training.lessons import Lessons
from qa.training.loop import RunFolder, TrainingRun
from qa.training.model import build_model, run_model
from qa.windows import PairTokenizer
from tests.training_parts import save_tiny_bert

TOWNS = "Oslo Bergen Bodo Hamar Molde Voss Skien Moss".split()


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    save_tiny_bert(folder, layers=1)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    paragraphs = []
    for town in TOWNS:
        answer = {"text": town, "answer_start": 8}
        asked = {"id": f"{town}-0001", "question": "Where did Anna go?", "answers": [answer]}
        paragraphs.append({"context": f"Anna to {town} by train.", "qas": [asked]})
    path = tmp_path_factory.mktemp("data") / "tiny.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}))
    return path


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(SHIPPED / "tokenizer.json")


class Teaching:
    """A teacher with its files, and the command that has it teach."""

    def __init__(self, folder: Path, encoder: Path, data: Path) -> None:
        self.settings, self.weights, self.data = folder / "t.toml", folder / "w.pt", data
        self.settings.write_text(f'encoder = "{encoder.as_posix()}"\n')
        torch.manual_seed(3)
        torch.save(build_model(str(encoder)).state_dict(), self.weights)

    def __call__(self, out: Path, tokens: int = 900) -> Lessons:
        given = ["--config", self.settings, "--weights", self.weights, "--data", self.data]
        teach.main([str(each) for each in [*given, "--tokens", tokens, "--out", out]])
        return Lessons(out)


@pytest.fixture
def teaching(
    tmp_path: Path, encoder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> Teaching:
    monkeypatch.setattr(teach, "_PART", 10)
    return Teaching(tmp_path, encoder, data)


def rows(lessons: Lessons) -> list[Feature]:
    return list(lessons.epoch(Random(1)))


def same(one: Feature, other: Feature) -> bool:
    assert one.lesson is not None
    assert other.lesson is not None
    return (
        np.array_equal(one.ids, other.ids)
        and (one.second_segment, one.passage) == (other.second_segment, other.passage)
        and one.spans == other.spans
        and np.array_equal(one.lesson.start, other.lesson.start)
        and np.array_equal(one.lesson.end, other.lesson.end)
        and one.lesson.relevance == other.lesson.relevance
    )


def test_lessons_are_what_the_teacher_says(
    teaching: Teaching, encoder: Path, tmp_path: Path
) -> None:
    taught = rows(teaching(tmp_path / "lessons"))
    assert sum(len(feature.ids) for feature in taught) >= 900
    batch = collate(taught)
    model = build_model(str(encoder)).eval()
    model.load_state_dict(torch.load(teaching.weights, weights_only=True))
    with torch.no_grad():
        logits = run_model(model, batch)
    assert batch.has_lesson.all()
    for said, found in ((batch.lesson_start, logits.start), (batch.lesson_end, logits.end)):
        assert torch.allclose(said[batch.allowed], found[batch.allowed], atol=2e-3)
    assert torch.allclose(batch.lesson_relevance, logits.relevance, atol=1e-4)


def test_teaching_that_was_cut_off_goes_on_where_it_was(teaching: Teaching, tmp_path: Path) -> None:
    whole = teaching(tmp_path / "whole")
    expected = rows(whole)
    assert whole.part(2).exists()
    origin = json.loads((whole.folder / "origin.json").read_text())
    (whole.folder / "origin.json").write_text(json.dumps(origin | {"parts": None}))
    whole.part(1).unlink()
    (whole.folder / "00001.npz.part").write_bytes(b"half a part")
    kept = whole.part(0).stat().st_mtime_ns
    with pytest.raises(ValueError, match="no finished lessons"):
        whole.check()
    again = teaching(whole.folder)
    again.check()
    assert again.part(0).stat().st_mtime_ns == kept
    assert all(same(one, other) for one, other in zip(rows(again), expected, strict=True))


def test_lessons_of_another_teacher_or_length_are_never_mixed(
    teaching: Teaching, encoder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "lessons"
    before = rows(teaching(out))
    with pytest.raises(ValueError, match="another teacher, configuration or data"):
        teaching(out, tokens=1_200)
    torch.manual_seed(4)
    torch.save(build_model(str(encoder)).state_dict(), teaching.weights)
    with pytest.raises(ValueError, match="another teacher, configuration or data"):
        teaching(out)
    assert all(same(one, other) for one, other in zip(rows(Lessons(out)), before, strict=True))


def test_a_damaged_part_says_what_to_do(teaching: Teaching, tmp_path: Path) -> None:
    lessons = teaching(tmp_path / "lessons")
    lessons.part(1).write_bytes(b"")
    with pytest.raises(ValueError, match=r"00001\.npz is damaged: delete it"):
        rows(lessons)


def test_a_feature_without_a_lesson_is_not_written(tmp_path: Path) -> None:
    bare = Feature(np.array([101, 102], np.int32), 1, 1, ())
    with pytest.raises(ValueError, match="1 features have no lesson"):
        Lessons(tmp_path).write(0, [bare])


def test_what_is_no_training_data_is_refused(
    data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="no finished lessons"):
        feature_sources([data, tmp_path], tokenizer, DataConfig())
    with pytest.raises(FileNotFoundError, match="neither a training file nor a folder"):
        feature_sources([tmp_path / "missing"], tokenizer, DataConfig())
    twin = tmp_path / "twin" / data.name
    twin.parent.mkdir()
    shutil.copyfile(data, twin)
    with pytest.raises(ValueError, match="two sources have the same name"):
        feature_sources([data, twin], tokenizer, DataConfig())


def test_a_run_on_lessons_and_files_resumes_as_if_it_had_not_been_cut_off(
    teaching: Teaching, encoder: Path, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    lessons = teaching(tmp_path / "lessons")
    config = TrainingConfig(
        encoder=str(encoder),
        schedule=ScheduleConfig(total_tokens=2_500, warmup_tokens=100, tokens_per_step=200),
        run=RunConfig(checkpoint_minutes=1e6, evaluate_minutes=1e6),
    )

    def made(name: str, resume: bool = False) -> TrainingRun:
        sources = feature_sources([data, lessons.folder], tokenizer, config.data)
        folder = RunFolder(tmp_path / name)
        return TrainingRun(config, sources, folder, tokenizer=tokenizer, resume=resume)

    whole = made("whole")
    whole.train()
    cut = made("cut")
    for batch, _ in zip(batches(cut.sources, config), range(6), strict=False):
        cut._learn(batch)
    cut.save()
    resumed = made("cut", resume=True)
    resumed.train()
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name
