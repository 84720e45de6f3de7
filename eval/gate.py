"""The accepted figures, and whether new ones fall below them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.bootstrap import Estimate
from eval.errors import BaselineError
from eval.measures import MEASURES
from index.article import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from eval.questions import Dataset
    from eval.runner import Result

BASELINE = Path(__file__).parent / "baseline.json"
_RENEW = "run `python -m eval accept --reason ...`"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was last accepted.

    Attributes:
        fingerprint: of the set it was measured on.
        metrics: the figures, with their intervals at the time.
        history: each acceptance with its day, its reason and its values, the oldest first.
    """

    fingerprint: str
    metrics: Mapping[str, Estimate]
    history: tuple[Mapping[str, Any], ...]


def load_baseline(path: Path = BASELINE) -> Baseline:
    """The accepted figures.

    Raises:
        BaselineError: there are none, or the file is not a baseline.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        metrics = {name: Estimate(**each) for name, each in content["metrics"].items()}
        return Baseline(content["fingerprint"], metrics, tuple(content["history"]))
    except FileNotFoundError as error:
        raise BaselineError(f"there is no {path}; {_RENEW}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineError(f"{path} is not a baseline ({error}); {_RENEW}") from error


def accept(result: Result, dataset: Dataset, reason: str, path: Path = BASELINE) -> None:
    """Make the figures of a result the accepted ones, and keep the reason.

    Raises:
        BaselineError: a citation does not slice to its quote; no reason makes that right.
    """
    fidelity = result.summary.figures.get("citation_fidelity")
    if fidelity and fidelity.value < 1:
        wrong = sum(outcome.unfaithful for outcome in result.outcomes)
        raise BaselineError(
            f"citation_fidelity is {fidelity.value:.4f}: {wrong} citations do not slice to their "
            "quote; mend that first, such figures are not accepted"
        )
    history = load_baseline(path).history if path.exists() else ()
    figures = {
        name: Estimate(round(each.value, 4), round(each.low, 4), round(each.high, 4))
        for name, each in result.summary.figures.items()
    }
    entry = {
        "day": datetime.now(UTC).date().isoformat(),
        "reason": reason,
        "values": {name: each.value for name, each in figures.items()},
    }
    content = {
        "fingerprint": fingerprint(dataset),
        "questions": result.summary.questions,
        "metrics": {name: asdict(each) for name, each in figures.items()},
        "history": [*history, entry],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def regressions(baseline: Baseline, result: Result, dataset: Dataset) -> Iterator[str]:
    """A sentence for each figure that is worse than accepted by more than its interval.

    One that is measured and was never accepted is named too: nothing would guard it.

    Raises:
        BaselineError: the baseline was accepted on other questions or articles.
    """
    if baseline.fingerprint != fingerprint(dataset):
        raise BaselineError(
            f"the accepted figures were measured on other questions or articles; {_RENEW}"
        )
    for name, accepted in baseline.metrics.items():
        now = result.summary.figures.get(name)
        if now is None:
            yield f"{name} is no longer measured; it was {accepted.value:.3f}"
        elif MEASURES[name].higher_is_better and now.value < accepted.low:
            yield f"{name} fell to {now.value:.3f}; accepted is {_shown(accepted)}"
        elif not MEASURES[name].higher_is_better and now.value > accepted.high:
            yield f"{name} rose to {now.value:.3f}; accepted is {_shown(accepted)}"
    for name, now in result.summary.figures.items():
        if name not in baseline.metrics:
            yield f"{name} is {now.value:.3f} and was never accepted; {_RENEW}"


def fingerprint(dataset: Dataset) -> str:
    """Of the questions, their types and answers, and the articles they are asked of."""
    digest = hashlib.sha256()
    for question in dataset.questions:
        places = sorted(
            (each.article, each.start, each.end, each.side or "") for each in question.answers
        )
        asked = f"{question.id}\n{question.type}\n{question.text}\n{question.filters}{places}\n"
        digest.update(asked.encode())
    for draft in dataset.articles:
        known = (draft.id, draft.title, draft.source, draft.published_at)
        digest.update(f"{known}{version_of(draft.body)}\n".encode())
    return digest.hexdigest()


def _shown(each: Estimate) -> str:
    return f"{each.value:.3f} ({each.low:.3f} to {each.high:.3f})"
