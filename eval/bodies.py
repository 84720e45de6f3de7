"""The articles a gold set is written on, with the bodies the archive will hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.errors import DatasetError
from index.loaders import Refusal, discover, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.article import Draft


def load_articles(folder: Path) -> dict[str, Draft]:
    """Every article below a folder, by id.

    Raises:
        DatasetError: there is no such folder, it holds no article, an article cannot be read,
            or two have the same id.
    """
    if not folder.is_dir():
        raise DatasetError(f"there is no folder {folder}; a gold set needs its articles there")
    articles: dict[str, Draft] = {}
    for draft in _drafts(folder):
        if draft.id is None:
            raise DatasetError(f"{draft.name} has no id; add `id:` to its front matter")
        if draft.id in articles:
            raise DatasetError(
                f"{draft.name} and {articles[draft.id].name} both have the id {draft.id}; "
                "change one of them"
            )
        articles[draft.id] = draft
    if not articles:
        raise DatasetError(f"{folder} holds no articles; a gold set needs its articles there")
    return articles


def _drafts(folder: Path) -> Iterator[Draft]:
    for path in discover([folder]):
        for loaded in load(path):
            if isinstance(loaded, Refusal):
                raise DatasetError(f"{loaded.name} cannot be read: {loaded.reason}")
            yield loaded
