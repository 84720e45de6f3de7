"""Sets of questions given by path: BEIR folders, SQuAD files and our own gold format."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from eval.beir import load_beir
from eval.bodies import load_articles
from eval.errors import DatasetError
from eval.gold import load_gold
from eval.questions import Accepted, Dataset, Question
from index.article import Draft, version_of
from qa.squad import SquadFormatError, SquadQuestion, load_squad

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

GOLD = Path(__file__).parent / "data"
_NAMED = 5
"""Most ids that a message names."""
_FORMATS = (
    "a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv), a SQuAD .json or .json.gz, "
    "or a gold .jsonl with its articles/ beside it"
)


def load_dataset(path: Path = GOLD, limit: int | None = None) -> Dataset:
    """The set at a path, its format told by what is there.

    Args:
        path: a BEIR folder, a SQuAD file, a gold file, or a folder of gold files.
        limit: keep this many questions, evenly spread over the set; all articles stay.

    Raises:
        DatasetError: nothing is there, it is in no known format, it breaks its format, or two
            questions have the same id; the message names the file and, where there is one, the
            line.
    """
    dataset = _loader(path)(path)
    if not dataset.questions:
        raise DatasetError(f"{path} holds no question; give {_FORMATS}")
    _require_own_ids(path, dataset)
    if limit is None or limit >= len(dataset.questions):
        return dataset
    if limit < 1:
        raise DatasetError(f"--limit is {limit}; give 1 or more")
    step = len(dataset.questions) / limit
    kept = tuple(dataset.questions[int(number * step)] for number in range(limit))
    return Dataset(dataset.name, kept, dataset.articles, dataset.answers_known)


def _require_own_ids(path: Path, dataset: Dataset) -> None:
    """Scores are kept by id: two questions of one id would share one."""
    counts = Counter(question.id for question in dataset.questions)
    if doubled := [name for name, count in counts.items() if count > 1]:
        named = ", ".join(doubled[:_NAMED]) + (", ..." if len(doubled) > _NAMED else "")
        raise DatasetError(
            f"{path} has {len(doubled)} question ids more than once ({named}); "
            "give each question an id of its own"
        )


def _loader(path: Path) -> Callable[[Path], Dataset]:
    if not path.exists():
        raise DatasetError(f"there is nothing at {path}; give {_FORMATS}")
    if path.is_dir() and any(path.glob("gold*.jsonl")):
        return _load_gold
    if path.is_dir() and any((path / name).exists() for name in ("corpus.jsonl", "qrels")):
        return load_beir
    if path.name.endswith((".json", ".json.gz")):
        return _load_squad
    if path.suffix == ".jsonl":
        return _load_gold
    raise DatasetError(f"{path} is in no format known here; give {_FORMATS}")


def _load_gold(path: Path) -> Dataset:
    folder, files = (
        (path, sorted(path.glob("gold*.jsonl")))
        if path.is_dir()
        else (
            path.parent,
            [path],
        )
    )
    articles = load_articles(folder / "articles")
    questions = [question for file in files for question in _gold_questions(file, articles)]
    if doubled := len(questions) - len({question.id for question in questions}):
        raise DatasetError(f"{doubled} ids stand in more than one gold file of {folder}")
    name = "gold" if path.is_dir() else path.stem
    return Dataset(name, tuple(questions), tuple(articles.values()))


def _gold_questions(file: Path, articles: Mapping[str, Draft]) -> list[Question]:
    try:
        return load_gold(file, articles)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DatasetError(f"{file}:{line} is not UTF-8 ({error})") from error
    except OSError as error:
        raise DatasetError(f"{file} cannot be read ({error}); give a gold file") from error


def read_squad(path: Path) -> list[SquadQuestion]:
    """The questions of a SQuAD file, in the file's order.

    Raises:
        DatasetError: the file cannot be read, or breaks the format.
    """
    try:
        return load_squad(path)
    except SquadFormatError as error:
        raise DatasetError(str(error)) from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error}); give a SQuAD file") from error


def _load_squad(path: Path) -> Dataset:
    names: dict[str, str] = {}
    articles: list[Draft] = []
    questions: list[Question] = []
    for row in read_squad(path):
        if row.context not in names:
            names[row.context] = f"{_slug(row.title)}-{len(names) + 1}"
            articles.append(
                Draft(
                    body=row.context,
                    title=row.title.replace("_", " "),
                    id=names[row.context],
                    name=f"{path}: {row.title}",
                )
            )
        questions.append(_squad_question(row, names[row.context]))
    return Dataset(
        path.name.removesuffix(".gz").removesuffix(".json"), tuple(questions), tuple(articles)
    )


def _squad_question(row: SquadQuestion, article: str) -> Question:
    version = version_of(row.context)
    accepted = tuple(
        Accepted(article, version, answer.text, start, start + len(answer.text))
        for answer in row.answers
        for start in ([answer.start] if answer.start is not None else _places(answer.text, row))
    )
    return Question(
        id=row.id,
        text=row.text,
        type="answerable" if accepted else "unanswerable",
        relevant={article: 1} if accepted else {},
        answers=tuple(dict.fromkeys(accepted)),
        close_miss=not accepted,
    )


def _places(text: str, row: SquadQuestion) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(text), row.context)]


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:60] or "article"
