"""From a writer's draft to a gold file: finds the offsets, refuses what does not stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eval.errors import GoldError
from eval.gold import GoldAnswer, GoldLine, parse_lines, write_lines
from index.article import Article, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from index.article import Draft

_BLANK_LINE = re.compile(r"\n\s*\n")
_PAIRS = {'"': '"', "“": "”", "‘": "’", "«": "»", "(": ")"}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}


@dataclass(frozen=True, slots=True)
class Resolved:
    """What resolving gave.

    Attributes:
        notices: accepted texts that stand again in the same article and are not given.
    """

    lines: tuple[GoldLine, ...]
    notices: tuple[str, ...]


class _RefusalError(Exception):
    """An answer does not stand; the message is the reason."""


def resolve(drafts: Sequence[Path], out: Path, articles: Mapping[str, Draft]) -> Resolved:
    """Resolve drafts into one gold file; nothing is written unless every line stands.

    Raises:
        GoldError: lines that do not stand, all of them named with their reason.
        DatasetError: a draft is missing or empty.
    """
    resolved: list[GoldLine] = []
    notices: list[str] = []
    taken: dict[str, str] = {}
    for draft in drafts:
        problems: list[str] = []
        for number, line in parse_lines(draft):
            here = f"line {number} ({line.id})"
            if line.id in taken:
                problems.append(f"{here}: the id is taken by {taken[line.id]}; give another")
            taken[line.id] = f"{draft} line {number}"
            answers: list[GoldAnswer] = []
            for answer in line.answers:
                try:
                    answers += _located(answer, line, articles)
                except _RefusalError as refusal:
                    problems.append(f"{here}: {refusal}")
            unique = sorted(set(answers), key=lambda each: (each.article, each.start, each.end))
            resolved.append(line.model_copy(update={"answers": unique}))
            notices += [f"{draft} {here}: {each}" for each in _unlisted(unique, articles)]
        if problems:
            raise GoldError(draft, problems)
    write_lines(out, resolved)
    return Resolved(tuple(resolved), tuple(notices))


def occurrences(text: str, body: str) -> list[int]:
    """Where a text stands in a body, except inside a longer word or number."""
    before = r"(?<!\w)(?<!\d[.,])" if text[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if text[-1].isalnum() else ""
    # A lookahead, so that places that overlap are all found.
    return [match.start() for match in re.finditer(f"{before}(?={re.escape(text)}{after})", body)]


def _located(
    answer: GoldAnswer, line: GoldLine, articles: Mapping[str, Draft]
) -> Iterator[GoldAnswer]:
    draft = articles.get(answer.article)
    if draft is None:
        raise _RefusalError(f"there is no article {answer.article!r}")
    if line.filters and not line.filters.to_filters().accept(_article(draft)):
        raise _RefusalError(f"{answer.article} is outside the question's own filters")
    _check_text(answer.text)
    places = occurrences(answer.text, draft.body)
    if not places:
        raise _RefusalError(
            f"{answer.text!r} does not stand in {answer.article}{_nearest(answer.text, draft.body)}"
        )
    for place in _chosen(answer, places):
        yield GoldAnswer(
            article=answer.article,
            text=answer.text,
            start=place,
            end=place + len(answer.text),
            version=version_of(draft.body),
            side=answer.side,
        )


def _chosen(answer: GoldAnswer, places: list[int]) -> list[int]:
    if answer.nth is None and answer.start is not None:
        # The article changed under a resolved answer: the nearest place is the same one.
        return [min(places, key=lambda place: abs(place - (answer.start or 0)))]
    if answer.nth == "all":
        return places
    wanted = answer.nth if isinstance(answer.nth, list) else [answer.nth or 1]
    if beyond := [nth for nth in wanted if not 1 <= nth <= len(places)]:
        raise _RefusalError(
            f"{answer.text!r} stands {len(places)} times in {answer.article}; there is no nth "
            f"{beyond[0]}"
        )
    return [places[nth - 1] for nth in wanted]


def _check_text(text: str) -> None:
    if text != text.strip():
        raise _RefusalError(f"{text!r} begins or ends with white space")
    if _BLANK_LINE.search(text):
        raise _RefusalError(f"{text[:60]!r} crosses a blank line")
    if _dangles(text):
        raise _RefusalError(f"{text[:60]!r} begins or ends with a mark; leave the mark out")


def _dangles(text: str) -> bool:
    """Whether a mark at an end is no part of the answer: `(AP)`, `“sacred fight`, `Khasan,`."""
    first, last, inside = text[0], text[-1], text[1:-1]
    if last in ",;:!?":
        return True
    if first in _PAIRS and _PAIRS[first] not in inside:
        return True
    return last in _OPENERS and _OPENERS[last] not in inside


def _nearest(text: str, body: str) -> str:
    """A hint where only spacing, case or quotation marks differ."""
    loose = re.sub(r"['’‘]", "['’‘]", re.sub(r"\\?\s+", r"\\s+", re.escape(text)))
    match = re.search(loose.replace('"', '["“”]'), body, re.IGNORECASE)
    return f"; {match.group()!r} does" if match else ""


def _unlisted(answers: Sequence[GoldAnswer], articles: Mapping[str, Draft]) -> Iterator[str]:
    """Places where an accepted text stands again, outside every place that is given."""
    for name in dict.fromkeys(answer.article for answer in answers):
        given = [each for each in answers if each.article == name]
        body = articles[name].body
        covered = {at for each in given for at in range(each.start or 0, each.end or 0)}
        for text in sorted({each.text for each in given}, key=len, reverse=True):
            for nth, place in enumerate(occurrences(text, body), start=1):
                characters = range(place, place + len(text))
                if not covered.issuperset(characters):
                    covered.update(characters)
                    around = body[max(0, place - 40) : place + len(text) + 40].replace("\n", " ")
                    yield f"{text!r} also stands in {name} as nth {nth}: ...{around}..."


def _article(draft: Draft) -> Article:
    return Article(
        id=draft.id or "",
        title=draft.title,
        source=draft.source,
        author=draft.author,
        url=draft.url,
        published_at=draft.published_at,
        version="",
    )
