"""Which figures may be accepted, and what else than a worse figure fails the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from eval.bootstrap import Estimate
from eval.errors import BaselineError
from eval.gate import accept, fingerprint, load_baseline, regressions
from eval.outcomes import Outcome
from eval.questions import Accepted, Dataset, Question
from eval.runner import Result
from eval.scoring import Summary
from index.article import Draft

if TYPE_CHECKING:
    from pathlib import Path

ASKED = Question(
    "t-1", "How long was it?", "disagreeing", {"a": 1}, (Accepted("a", "v", "four", 0, 4, "a"),)
)
DATASET = Dataset("gold", (ASKED,), (Draft("four hours", id="a"),))


def result(unfaithful: int = 0, **values: float) -> Result:
    figures = {name: Estimate(value, value - 0.1, value + 0.1) for name, value in values.items()}
    outcomes = (Outcome(ASKED, (), unfaithful=unfaithful),)
    return Result("default", {}, 8, "gold", outcomes, Summary(1, figures, {}, {}, {}), 1.0)


def test_a_figure_that_nothing_guards_is_named(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    accept(result(f1=0.8), DATASET, "first figures", path)
    [problem] = regressions(load_baseline(path), result(f1=0.8, sides_shown=0.5), DATASET)
    assert problem.startswith("sides_shown is 0.500 and was never accepted; run `python -m eval")


def test_citations_that_do_not_slice_to_their_quotes_are_never_accepted(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    broken = result(unfaithful=2, f1=0.8, citation_fidelity=0.99999)
    with pytest.raises(BaselineError, match="2 citations do not slice to their quote"):
        accept(broken, DATASET, "better answers", path)
    assert not path.exists()
    accept(result(f1=0.8, citation_fidelity=1.0), DATASET, "better answers", path)
    assert load_baseline(path).metrics["citation_fidelity"].value == 1


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASKED, type="agreeing"),
        replace(ASKED, answers=(replace(ASKED.answers[0], side="b"),)),
        replace(ASKED, answers=(replace(ASKED.answers[0], side=None),)),
        replace(ASKED, text="How long did it take?"),
    ],
    ids=["type", "side", "no side", "text"],
)
def test_a_question_that_counts_otherwise_makes_another_set(changed: Question) -> None:
    assert fingerprint(replace(DATASET, questions=(changed,))) != fingerprint(DATASET)
