"""Training itself: the schedule by hand, and runs of a few real steps on a tiny encoder."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.onnx_reader import OnnxReader
from qa.reader import ReaderPassage
from qa.reader_files import SHIPPED
from qa.training.batches import batches, collate
from qa.training.checkpoint import load_weights
from qa.training.config import (
    DataConfig,
    DistilConfig,
    OptimizerConfig,
    RunConfig,
    ScheduleConfig,
    TrainingConfig,
    load_config,
)
from qa.training.data import feature_sources
from qa.training.distillation import distilled_loss
from qa.training.evaluation import load_samples
from qa.training.export import SCORE_RELEVANCE, export
from qa.training.loop import RunFolder, TrainingRun, precision
from qa.training.model import PACKAGED_ENCODER, Logits, build_model, losses_of, run_model
from qa.training.optimization import WeightAverage, build_optimizer, trapezoid
from qa.training.quantisation import eight_bits
from qa.training.soup import average
from qa.training.soup import main as soup
from qa.windows import PairTokenizer
from tests.training_parts import save_tiny_bert

CONFIGURATIONS = Path(__file__).parents[2] / "qa" / "training"
NAMES = ["Anna", "Ole", "Lars", "Ida", "Nils", "Eva", "Per", "Siri"]
TOWNS = ["Oslo", "Bergen", "Bodo", "Hamar", "Molde", "Voss", "Skien", "Moss"]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights, and the real tokenizer."""
    folder = tmp_path_factory.mktemp("encoder")
    save_tiny_bert(folder, layers=2)
    shutil.copyfile(SHIPPED / "tokenizer.json", folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 questions with an answer, and 8 without."""
    paragraphs = []
    for name in NAMES:
        for town in TOWNS[:6]:
            context = f"On Monday {name} went to {town} by train."
            answer = {"text": town, "answer_start": context.index(town)}
            asked = {"id": f"{name}-{town}-0001", "question": f"Where did {name} go?"}
            paragraphs.append({"context": context, "qas": [asked | {"answers": [answer]}]})
        asked = {"id": f"{name}-none-0001", "question": "Who sang?", "answers": []}
        paragraphs.append({"context": f"{name} slept.", "qas": [asked]})
    path = tmp_path_factory.mktemp("data") / "tiny.json"
    path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": paragraphs}]}))
    return path


@pytest.fixture(scope="module")
def config(encoder: Path) -> TrainingConfig:
    return TrainingConfig(
        encoder=str(encoder),
        data=DataConfig(window_sizes=(32,), swapped=0.3, retrieved=0.3),
        optimizer=OptimizerConfig(learning_rate=3e-3, head_learning_rate=3e-3),
        schedule=ScheduleConfig(
            total_tokens=3_000, warmup_tokens=300, decay_share=0.4, tokens_per_step=300
        ),
        run=RunConfig(checkpoint_minutes=1e6, evaluate_minutes=1e6),
    )


@pytest.fixture(scope="module")
def tokenizer() -> PairTokenizer:
    return PairTokenizer(SHIPPED / "tokenizer.json")


def run(
    config: TrainingConfig, data: Path, folder: Path, tokenizer: PairTokenizer, **options: object
) -> TrainingRun:
    sources = feature_sources([data], tokenizer, config.data)
    return TrainingRun(config, sources, RunFolder(folder), tokenizer=tokenizer, **options)  # type: ignore[arg-type]


def test_the_trapezoid_by_hand() -> None:
    schedule = ScheduleConfig(total_tokens=1_000, warmup_tokens=100, decay_share=0.25)
    shares = [trapezoid(tokens, schedule) for tokens in (50, 100, 750, 875, 1_000, 1_200)]
    assert shares == [0.5, 1.0, 1.0, 0.5, 0.0, 0.0]


def test_the_stable_phase_does_not_depend_on_the_total() -> None:
    short = ScheduleConfig(total_tokens=1_000, warmup_tokens=100)
    long = replace(short, total_tokens=5_000)
    assert all(trapezoid(t, short) == trapezoid(t, long) for t in range(0, 750, 50))


def test_lower_layers_learn_more_slowly_and_embeddings_not_at_all(config: TrainingConfig) -> None:
    model = build_model(config.encoder)
    settings = OptimizerConfig(learning_rate=1.0, head_learning_rate=9.0, layer_decay=0.5)
    rates = {
        id(parameter): group["peak"]
        for group in build_optimizer(model, settings).param_groups
        for parameter in group["params"]
    }
    named = dict(model.named_parameters())
    query = "encoder.encoder.layer.{}.attention.self.query.weight"
    assert rates[id(named[query.format(1)])] == 1.0
    assert rates[id(named[query.format(0)])] == 0.5
    assert rates[id(named["span.weight"])] == 9.0
    assert id(named["encoder.embeddings.word_embeddings.weight"]) not in rates


def test_frozen_layers_do_not_learn_nor_does_anything_below_them(config: TrainingConfig) -> None:
    model = build_model(config.encoder)
    build_optimizer(model, OptimizerConfig(frozen_layers=1))
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert {name for name in learning if name.startswith("encoder.")} == {
        name for name, _ in model.named_parameters() if name.startswith("encoder.encoder.layer.1.")
    }
    assert {"span.weight", "relevance.0.weight"} <= learning


def test_the_moving_average_by_hand() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(1.0)
    average = WeightAverage(model, decay=0.75)
    model.weight.data.fill_(2.0)
    average.update(model)
    assert average.weights["weight"].item() == 0.75 * 1 + 0.25 * 2


def test_the_loss_is_lowest_where_the_annotators_point(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    made = run(config, data, tmp_path, tokenizer)
    batch = next(batches(made.sources, config))
    relevance = batch.answerable * 40 - 20
    right = Logits(batch.start * 40, batch.end * 40, relevance)
    wrong = Logits(batch.start.flip(0) * 40, batch.end * 40, relevance)
    assert losses_of(right, batch).tolist() == pytest.approx([0] * len(relevance), abs=1e-3)
    assert losses_of(wrong, batch).mean().item() > 1


def test_training_lowers_the_loss_and_leaves_weights_and_a_log(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    longer = replace(config, schedule=replace(config.schedule, total_tokens=20_000))
    made = run(longer, data, tmp_path, tokenizer, samples=load_samples([data], 10))
    batch = next(batches(made.sources, longer))
    with torch.no_grad():
        before = losses_of(run_model(made.model, batch), batch).mean().item()
    made.train()
    with torch.no_grad():
        after = losses_of(run_model(made.model, batch), batch).mean().item()
    assert after < 0.7 * before
    assert RunFolder(tmp_path).weights.exists()
    entries = [json.loads(line) for line in RunFolder(tmp_path).log.read_text().splitlines()]
    assert {"loss", "rate"} <= set(entries[0])
    assert entries[-1]["set"] == "tiny"
    assert 0 <= entries[-1]["f1"] <= 1


def test_a_resumed_run_equals_one_that_was_never_cut_off(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    whole = run(config, data, tmp_path / "whole", tokenizer)
    whole.train()
    cut = run(config, data, tmp_path / "cut", tokenizer)
    for batch, _ in zip(batches(cut.sources, config), range(8), strict=False):
        cut._learn(batch)  # as train() does, but stopping inside the decay phase
    cut.save()
    resumed = run(config, data, tmp_path / "cut", tokenizer, resume=True)
    assert resumed.average is not None
    resumed.train()
    assert (resumed.step, resumed.tokens) == (whole.step, whole.tokens)
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name


def test_a_run_starts_from_the_weights_of_another(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    first = run(config, data, tmp_path / "first", tokenizer)
    first.train()
    weights = RunFolder(tmp_path / "first").weights
    taken = load_weights(weights, config.encoder)
    second = run(config, data, tmp_path / "second", tokenizer, weights=taken)
    assert (second.step, second.tokens, second.average) == (0, 0, None)
    for name, value in first.model.state_dict().items():
        assert torch.equal(second.model.state_dict()[name], value), name


def test_a_run_in_bfloat16_learns_too(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    halved = replace(config, run=replace(config.run, bfloat16=True))
    made = run(halved, data, tmp_path, tokenizer)
    batch = next(batches(made.sources, halved))
    with torch.no_grad():
        before = losses_of(run_model(made.model, batch), batch).mean().item()
    made.train()
    with torch.no_grad():
        after = losses_of(run_model(made.model, batch), batch).mean().item()
    assert after < before
    with precision(made.device, halved.run):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_an_exported_reader_can_be_trained_further(config: TrainingConfig, tmp_path: Path) -> None:
    torch.manual_seed(7)
    model = build_model(config.encoder)
    for weight in model.parameters():  # as after training, when no two are alike
        torch.nn.init.normal_(weight, std=0.1)
    for stored, error in (("fp32", 0.0), ("int8", 0.01)):
        export(model, SHIPPED / "tokenizer.json", tmp_path / stored, stored)
        restored = load_weights(tmp_path / stored, config.encoder)
        assert restored.keys() == model.state_dict().keys()
        for name, value in model.state_dict().items():
            assert torch.allclose(restored[name], value, rtol=0, atol=error), name


def test_weights_of_two_runs_are_averaged_by_their_shares(
    config: TrainingConfig, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.pt", tmp_path / "other.pt"]
    states = []
    for seed, path in enumerate(paths):
        torch.manual_seed(seed)
        states.append(build_model(config.encoder).state_dict())
        torch.save(states[-1], path)
    settings = tmp_path / "run.toml"
    settings.write_text(f'encoder = "{Path(config.encoder).as_posix()}"\n')
    added = ["--add", str(paths[0]), "0.75", "--add", str(paths[1]), "0.25"]
    soup(["--config", str(settings), *added, "--out", str(tmp_path / "soup.pt")])
    mixed = load_weights(tmp_path / "soup.pt", config.encoder)
    expected = 0.75 * states[0]["span.weight"] + 0.25 * states[1]["span.weight"]
    assert torch.allclose(mixed["span.weight"], expected)
    with pytest.raises(ValueError, match="must add up to 1"):
        average([(states[0], 0.5), (states[1], 0.6)])


def test_the_shipped_reader_can_be_trained_further() -> None:
    """Restoring tries out whether the model says what the network says."""
    restored = load_weights(SHIPPED, PACKAGED_ENCODER)
    assert restored.keys() == build_model(PACKAGED_ENCODER).state_dict().keys()


def test_a_reader_of_another_encoder_is_refused(encoder: Path) -> None:
    with pytest.raises(ValueError, match="was not trained on"):
        load_weights(SHIPPED, str(encoder))


def test_the_folder_of_a_run_is_no_reader(config: TrainingConfig, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"give the weights\.pt"):
        load_weights(tmp_path, config.encoder)


def test_inputs_without_a_lesson_learn_from_the_annotators_alone(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer
) -> None:
    batch = next(batches(feature_sources([data], tokenizer, config.data), config))
    assert not batch.has_lesson.any()
    with torch.no_grad():
        logits = run_model(build_model(config.encoder), batch)
    expected = losses_of(logits, batch).mean().item()
    assert distilled_loss(logits, batch, DistilConfig(share=0.9)).item() == pytest.approx(expected)


def test_a_checkpoints_weights_are_its_average(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    cut = run(config, data, tmp_path, tokenizer)
    for batch, _ in zip(batches(cut.sources, config), range(8), strict=False):
        cut._learn(batch)
    cut.save()
    assert cut.average is not None
    taken = load_weights(RunFolder(tmp_path).checkpoint, config.encoder)
    assert taken.keys() == cut.model.state_dict().keys()
    for name, value in cut.average.weights.items():
        assert torch.equal(taken[name], value), name


def test_resuming_what_never_began_says_what_to_do(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError, match="without --resume"):
        run(config, data, tmp_path, tokenizer, resume=True)


def test_the_exported_network_says_what_the_trained_one_says(
    config: TrainingConfig, tokenizer: PairTokenizer, tmp_path: Path
) -> None:
    model = build_model(config.encoder).eval()
    export(model, SHIPPED / "tokenizer.json", tmp_path, "fp32")
    passage = ReaderPassage("T", "On Monday Anna went to Oslo by train.")
    (reading,) = OnnxReader(tmp_path, threads=1).read("Where did Anna go?", [passage])
    asked, title, text = tokenizer.encode(["Where did Anna go?", passage.title, passage.text])
    from qa.training.features import Feature

    made = tokenizer.assemble(asked.ids, title.ids, text.ids)
    feature = Feature(made.ids, made.second_segment, made.passage, ())
    with torch.no_grad():
        logits = run_model(model, collate([feature]))
    inside = slice(made.passage, len(made.ids) - 1)
    start, end = logits.start[0].numpy(), logits.end[0].numpy()
    sums = start[inside, None] + end[None, inside]
    best = np.max(sums[np.triu_indices(len(sums))]) - start[0] - end[0]
    expected = float(best) + SCORE_RELEVANCE * logits.relevance.item()
    assert reading.spans[0].score == pytest.approx(expected, abs=1e-4)
    assert reading.relevance == pytest.approx(logits.relevance.item(), abs=1e-4)


def test_weights_in_eight_bits_take_a_quarter_and_say_nearly_the_same(
    config: TrainingConfig, tmp_path: Path
) -> None:
    model = build_model(config.encoder).eval()
    passage = ReaderPassage("T", "On Monday Anna went to Oslo by train.")
    relevances, sizes = [], []
    for stored in ("fp32", "int8"):
        export(model, SHIPPED / "tokenizer.json", tmp_path / stored, stored)
        reader = OnnxReader(tmp_path / stored, threads=1)
        relevances.append(reader.read("Where did Anna go?", [passage])[0].relevance)
        sizes.append((tmp_path / stored / "model.onnx").stat().st_size)
    assert relevances[1] == pytest.approx(relevances[0], abs=0.02)
    assert sizes[1] < 0.4 * sizes[0]


def test_a_matrix_is_its_steps_times_its_scales() -> None:
    matrix = np.array([[1.27, -0.635], [0.0, 0.0]], np.float32)
    steps, scales = eight_bits(matrix, axis=1)
    assert steps.tolist() == [[127, -64], [0, 0]]
    assert scales.ravel().tolist() == pytest.approx([0.01, 1.0])


@pytest.mark.parametrize("path", sorted(CONFIGURATIONS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_shipped_configurations_are_read(path: Path) -> None:
    assert load_config(path).schedule.total_tokens > 1_000_000


def test_every_configuration_that_the_documentation_names_is_there() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reader.md").read_text(encoding="utf-8")
    named = set(re.findall(r"qa/training/(\w+\.toml)", page))
    assert named == {path.name for path in CONFIGURATIONS.glob("*.toml")}


def test_an_unknown_setting_is_refused_with_its_file_and_section(tmp_path: Path) -> None:
    path = tmp_path / "typo.toml"
    path.write_text("[schedule]\ntotal_token = 3\n")
    with pytest.raises(ValueError, match=r"typo\.toml: \[schedule\] has no settings .*total_token"):
        load_config(path)


def test_data_that_gives_no_input_is_refused(
    config: TrainingConfig, data: Path, tokenizer: PairTokenizer
) -> None:
    never = replace(config, data=replace(config.data, repeat={"tiny": 0.0}))
    with pytest.raises(ValueError, match=r"see data\.repeat"):
        next(batches(feature_sources([data], tokenizer, never.data), never))
