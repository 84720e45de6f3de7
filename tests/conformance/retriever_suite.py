"""What every retriever must do. An implementation inherits `RetrieverSuite`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from index.article import Draft, Filters

if TYPE_CHECKING:
    from index.retriever import Retriever
    from tests.parts import World

DAY = date(2023, 9, 12)
DRAFTS = [
    Draft(
        id=f"a{number}",
        title=f"Harbour {number}",
        source=("Wire", "Courier")[number % 2],
        published_at=DAY + timedelta(days=number) if number % 3 else None,
        body=f"The harbour of town {number} froze. Ships waited outside for {number} long days.",
    )
    for number in range(12)
]
QUESTION = "Which harbour froze?"


class RetrieverSuite:
    """Inherit and override `retriever`, made of a world that holds `DRAFTS`."""

    @pytest.fixture
    def retriever(self, filled: World) -> Retriever:
        raise NotImplementedError("give the retriever under test")

    @pytest.mark.parametrize("k", [1, 3, 12])
    def test_it_gives_k_passages_best_first_each_once(self, retriever: Retriever, k: int) -> None:
        hits = retriever.search(QUESTION, k).hits
        assert len(hits) == k
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert len({hit.passage.id for hit in hits}) == k
        assert all(0 <= hit.score <= 1 for hit in hits)

    def test_a_shorter_list_is_the_beginning_of_a_longer(self, retriever: Retriever) -> None:
        longer = retriever.search(QUESTION, 10).hits
        assert retriever.search(QUESTION, 4).hits == longer[:4]

    def test_passages_stand_in_the_text_of_their_article(
        self, retriever: Retriever, filled: World
    ) -> None:
        for hit in retriever.search(QUESTION, 30).hits:
            assert hit.passage.article_id == hit.article.id
            assert hit.passage.version == hit.article.version
            body = filled.archive.version(hit.article.id, hit.passage.version).body
            assert body[hit.passage.start : hit.passage.end] == hit.passage.text

    @pytest.mark.parametrize(
        "filters",
        [
            Filters(sources=("Courier",)),
            Filters(published_from=DAY + timedelta(days=4), published_to=DAY + timedelta(days=5)),
            Filters(sources=("Wire",), published_to=DAY + timedelta(days=4)),
        ],
        ids=str,
    )
    def test_filters_narrow_before_the_best_are_taken(
        self, retriever: Retriever, filters: Filters
    ) -> None:
        inside = sum(lies_inside(filters, draft) for draft in DRAFTS)
        hits = retriever.search(QUESTION, 100, filters).hits
        assert len({hit.article.id for hit in hits}) == inside
        assert all(filters.accept(hit.article) for hit in hits)

    def test_nothing_inside_the_filters_gives_nothing(self, retriever: Retriever) -> None:
        assert retriever.search(QUESTION, 10, Filters(sources=("Nobody",))).hits == ()

    @pytest.mark.parametrize("query", ["", "?!", "\u200b", "😀 日本語", "the of and", "x" * 9000])
    def test_any_query_is_answered(self, retriever: Retriever, query: str) -> None:
        assert len(retriever.search(query, 5).hits) <= 5

    def test_what_is_removed_or_superseded_is_not_found(
        self, retriever: Retriever, filled: World
    ) -> None:
        filled.ingester.remove("a3")
        filled.put(Draft(id="a4", body="The harbour thawed."))
        found = retriever.search(QUESTION, 100)
        texts = {hit.article.id: hit.passage.text for hit in found.hits}
        assert "a3" not in texts
        assert texts["a4"] == "The harbour thawed."
        assert found.sequence == filled.archive.sequence()


def lies_inside(filters: Filters, draft: Draft) -> bool:
    """Said again in other words than the product's."""
    if filters.sources and draft.source not in filters.sources:
        return False
    if not filters.published_from and not filters.published_to:
        return True
    earliest, latest = filters.published_from or date.min, filters.published_to or date.max
    return draft.published_at is not None and earliest <= draft.published_at <= latest
