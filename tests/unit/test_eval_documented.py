"""What the evaluation can do and measure is written down."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from eval.__main__ import app
from eval.measures import MEASURES
from eval.outcomes import Verdict
from eval.questions import TYPES

ROOT = Path(__file__).parents[2]
COMMAND = typer.main.get_command(app)


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_explained(page, name):
    assert f"`{name}`" in page


@pytest.mark.parametrize("verdict", [each.value for each in Verdict])
def test_every_outcome_is_explained(page, verdict):
    assert verdict in page


@pytest.mark.parametrize(
    "option", [each.opts[0] for each in COMMAND.commands["run"].params if each.name != "help"]
)
def test_every_option_of_a_run_is_explained(page, option):
    assert f"`{option}" in page


@pytest.mark.parametrize("name", TYPES)
def test_every_type_of_question_is_explained_to_writers(name):
    assert f"`{name}`" in (ROOT / "eval" / "data" / "README.md").read_text(encoding="utf-8")
