"""Every error of the evaluation. The message of each says what is wrong, where, and what to do.

::

    EvaluationError (a DatelineError)
    ├── DatasetError        a set of questions is missing, empty, or not in its format
    │   └── GoldError       lines of a gold file do not stand; carries every problem found
    ├── ConfigError         a configuration names an unknown setting or a wrong value
    ├── ServiceError        the service under --url cannot be reached or answers otherwise
    └── BaselineError       there is no accepted baseline, or it belongs to another set
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class EvaluationError(DatelineError):
    """Base of every error of the evaluation."""


class DatasetError(EvaluationError):
    """A set of questions is missing, empty, or not in the format it is taken for."""


class GoldError(DatasetError):
    """Lines of a gold file do not stand.

    Attributes:
        problems: one sentence each, beginning with the line's number where there is one.
    """

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        count = f"{len(problems)} problems" if len(problems) != 1 else "1 problem"
        super().__init__("\n".join((f"{path} has {count}:", *(f"  {each}" for each in problems))))


class ConfigError(EvaluationError):
    """A configuration names an unknown setting, or gives one a value it cannot have."""


class ServiceError(EvaluationError):
    """The service cannot be reached, or does not answer as a Dateline service does."""


class BaselineError(EvaluationError):
    """There is no accepted baseline, or it was accepted on another set of questions."""
