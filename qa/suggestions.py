"""Questions that this archive can answer, to show to someone who has not asked one yet.

They are made from what articles say of people ("X, the foreign minister, said ...") and kept only
if they are answered with confidence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.archive import Archive
    from qa.answer import Answer

ARTICLES = 60
ASKED = 18
WANTED = 6
SURE = 0.6
_PERSON = r"(?P<name>[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+){1,2})"
_PATTERNS = (
    (re.compile(rf"{_PERSON}, (?:the|a|an) [a-z][^,.]{{8,80}}, (?:said|told)"), "Who is {name}?"),
    (re.compile(rf"“[^”]{{20,160}},” (?:said )?{_PERSON}"), "What did {name} say?"),
    (re.compile(rf"{_PERSON} said (?:that )?[a-z][^.]{{30,}}"), "What did {name} say?"),
    (
        re.compile(r"\bearthquake\b[^.]* (?:struck|hit) (?P<name>[A-Z][a-z]+)"),
        "When did the earthquake strike {name}?",
    ),
    (
        re.compile(r"(?P<name>[A-Z][\w-]+(?: [A-Z0-9][\w-]+)?) lifted off\b"),
        "When did {name} lift off?",
    ),
    (re.compile(rf"{_PERSON} (?:met|arrived|traveled)\b"), "Where did {name} arrive?"),
)


def suggest(archive: Archive, ask: Callable[[str], Answer]) -> list[str]:
    """Up to six questions with a confident answer, about different articles.

    Args:
        archive: what they are made from.
        ask: gives the pipeline's answer to a question.
    """
    good: list[str] = []
    for asked, question in enumerate(_candidates(archive)):
        if len(good) == WANTED or asked == ASKED:
            break
        answer = ask(question)
        if answer.answered and answer.confidence >= SURE:
            good.append(question)
    return good


def _candidates(archive: Archive) -> Iterator[str]:
    """One question an article, the patterns taking turns, so that the list is varied."""
    seen: set[str] = set()
    for number, article in enumerate(archive.articles(limit=ARTICLES).articles):
        body = archive.version(article.id, article.version).body[:6000]
        for turn in range(len(_PATTERNS)):
            pattern, form = _PATTERNS[(number + turn) % len(_PATTERNS)]
            match = pattern.search(body)
            if match and match["name"] not in seen:
                seen.add(match["name"])
                yield form.format(name=match["name"])
                break
