"""BEIR folders: `corpus.jsonl`, `queries.jsonl` and `qrels/*.tsv`.

Thakur et al. 2021, https://arxiv.org/abs/2104.08663. They judge retrieval alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from eval.errors import DatasetError
from eval.questions import Dataset, Question
from index.article import ARTICLE_ID, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SPLITS = ("test", "dev", "validation", "train")


def load_beir(path: Path) -> Dataset:
    """The judged questions of a BEIR folder: of its test split, else of dev, else of train.

    Raises:
        DatasetError: a file is missing or breaks the format, two queries have the same id, or the
            judgements name an id that the corpus or the queries do not have; the message names
            the line.
    """
    qrels_file = _qrels_file(path / "qrels")
    corpus = {str(row["_id"]): row for _, row in _rows(path / "corpus.jsonl")}
    texts = _queries(path / "queries.jsonl")
    ids = {name: _usable_id(name) for name in corpus}
    relevant: dict[str, dict[str, int]] = defaultdict(dict)
    for number, (query, document, grade) in _qrels(qrels_file):
        for name, known, file in (
            (query, texts, "queries.jsonl"),
            (document, corpus, "corpus.jsonl"),
        ):
            if name not in known:
                raise DatasetError(f"{qrels_file}:{number} names {name!r}, which {file} has not")
        relevant[query][ids[document]] = grade
    questions = (
        Question(id=query, text=texts[query], type="judged", relevant=grades)
        for query, grades in relevant.items()
    )
    articles = (_draft(ids[name], row, path) for name, row in corpus.items())
    return Dataset(path.name, tuple(questions), tuple(articles), answers_known=False)


def _draft(article: str, row: dict[str, Any], path: Path) -> Draft:
    title, text = str(row.get("title") or ""), str(row["text"])
    # Some corpora have documents that are a title alone; an article needs a body.
    body = text if text.strip() else title or article
    return Draft(body=body, title=title, id=article, name=f"{path.name}: {row['_id']}")


def _qrels_file(folder: Path) -> Path:
    for split in _SPLITS:
        if (folder / f"{split}.tsv").is_file():
            return folder / f"{split}.tsv"
    raise DatasetError(
        f"{folder} has none of {', '.join(f'{split}.tsv' for split in _SPLITS)}; "
        "a BEIR folder keeps its judgements there"
    )


def _queries(path: Path) -> dict[str, str]:
    """The text of each query, by id."""
    texts: dict[str, str] = {}
    for number, row in _rows(path):
        name = str(row["_id"])
        if name in texts:
            raise DatasetError(f"{path}:{number}: the id {name!r} is taken; give another")
        texts[name] = row["text"]
    return texts


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.is_file():
        raise DatasetError(f"there is no {path}; a BEIR folder has corpus.jsonl and queries.jsonl")
    for number, line in _lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{path}:{number} is not JSON ({error})") from error
        if not isinstance(row, dict) or "_id" not in row or "text" not in row:
            raise DatasetError(f"{path}:{number} lacks _id or text")
        if not isinstance(row["_id"], str | int) or not isinstance(row["text"], str):
            raise DatasetError(f"{path}:{number}: _id and text are to be strings")
        yield number, row


def _qrels(path: Path) -> Iterator[tuple[int, tuple[str, str, int]]]:
    for number, line in _lines(path):
        row = line.rstrip("\r\n").split("\t")
        if row == [""] or (number == 1 and row[-1] == "score"):
            continue
        if len(row) != 3 or not row[2].strip().removeprefix("-").isdecimal():
            raise DatasetError(
                f"{path}:{number} is not query-id, corpus-id and a whole number, with tabs"
            )
        yield number, (row[0], row[1], int(row[2]))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers. Each is decoded by itself, so that a wrong byte has a line."""
    number = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                yield number, line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path}:{number} is not UTF-8 ({error})") from error
    except OSError as error:
        raise DatasetError(f"{path} cannot be read ({error})") from error


def _usable_id(name: str) -> str:
    if ARTICLE_ID.fullmatch(name):
        return name
    readable = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "document"
    return f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
