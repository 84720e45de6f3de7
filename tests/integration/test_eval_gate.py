"""The gate: the default configuration may not fall below the accepted figures."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from eval.archives import RUNS, library_system
from eval.bootstrap import Estimate
from eval.configs import parse_config
from eval.datasets import load_dataset
from eval.errors import BaselineError
from eval.gate import BASELINE, accept, fingerprint, load_baseline, regressions
from eval.outcomes import Outcome
from eval.questions import Question
from eval.runner import Result, evaluate
from eval.scoring import Summary

ROOT = BASELINE.parent.parent


@pytest.mark.timeout(1200)  # 300 questions: under two minutes on two idle cores
def test_the_default_configuration_holds_the_accepted_figures():
    dataset = load_dataset()
    with library_system(parse_config("default"), dataset, ROOT / RUNS) as system:
        result = evaluate(system, dataset)
    assert not list(regressions(load_baseline(), result, dataset))


@pytest.fixture(scope="module")
def dataset():
    return load_dataset(limit=3)


def result(**values: float) -> Result:
    figures = {name: Estimate(value, value - 0.1, value + 0.1) for name, value in values.items()}
    outcomes = (Outcome(Question("q", "?", "who", {}), ()),)
    return Result("default", {}, 8, "gold", outcomes, Summary(1, figures, {}, {}, {}), 1.0)


def test_a_figure_may_move_within_its_interval(tmp_path, dataset):
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8, ECE=0.2), dataset, "first figures", path)
    assert not list(regressions(load_baseline(path), result(f1=0.71, ECE=0.29), dataset))
    assert not list(regressions(load_baseline(path), result(f1=0.99, ECE=0.0), dataset))


def test_a_figure_that_leaves_its_interval_is_named(tmp_path, dataset):
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8, ECE=0.2), dataset, "first figures", path)
    assert list(regressions(load_baseline(path), result(f1=0.69, ECE=0.31), dataset)) == [
        "f1 fell to 0.690; accepted is 0.800 (0.700 to 0.900)",
        "ECE rose to 0.310; accepted is 0.200 (0.100 to 0.300)",
    ]


def test_a_figure_that_is_gone_is_named(tmp_path, dataset):
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8), dataset, "first figures", path)
    assert list(regressions(load_baseline(path), result(), dataset)) == [
        "f1 is no longer measured; it was 0.800"
    ]


def test_every_reason_is_kept(tmp_path, dataset):
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8), dataset, "first figures", path)
    accept(result(f1=0.7), dataset, "smaller passages, quicker answers", path)
    baseline = load_baseline(path)
    assert [entry["reason"] for entry in baseline.history] == [
        "first figures",
        "smaller passages, quicker answers",
    ]
    assert [entry["values"]["f1"] for entry in baseline.history] == [0.8, 0.7]
    assert baseline.metrics["f1"].value == 0.7


def test_figures_of_other_questions_do_not_count(tmp_path, dataset):
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8), dataset, "first figures", path)
    fewer = replace(dataset, questions=dataset.questions[:2])
    with pytest.raises(BaselineError, match="measured on other questions or articles"):
        list(regressions(load_baseline(path), result(f1=0.8), fewer))


def test_a_changed_article_is_another_set(dataset):
    first, *others = dataset.articles
    corrected = replace(first, body=first.body + "A correction.\n")
    changed = replace(dataset, articles=(corrected, *others))
    assert fingerprint(changed) != fingerprint(dataset)


@pytest.mark.parametrize("content", [None, "nothing", "[]", json.dumps({"metrics": {}})])
def test_a_missing_or_broken_baseline_says_how_to_make_one(tmp_path, content):
    path = tmp_path / "baseline.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BaselineError, match="python -m eval accept --reason"):
        load_baseline(path)
