"""Hybrid retrieval, compared with arithmetic on a tiny archive."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from index.archive import Archive
from index.article import Article, Draft, Filters, Passage
from index.errors import ArchiveDamagedError
from index.fusion import weighted_sum
from index.retriever import HybridRetriever
from index.views import Views
from tests.parts import EVERYTHING, World, open_world

DRAFTS = [
    Draft(
        id="train",
        title="Train",
        source="Wire",
        body="Kim came by train.",
        published_at=date(2023, 9, 12),
    ),
    Draft(id="moon", title="Moon", source="Wire", body="A lander is on the moon."),
    Draft(id="bread", title="Bread", source="Courier", body="No more bread by train."),
]


@pytest.fixture
def filled(world: World) -> World:
    world.put(*DRAFTS)
    return world


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.6, 1.0])
def test_hits_are_the_weighted_sum_of_both_lists(filled: World, weight: float) -> None:
    retriever = HybridRetriever(filled.archive, filled.views, filled.embedder, dense_weight=weight)
    vector = filled.embedder.embed(["train"])[0]
    dense = filled.views.dense.search(vector, 100, EVERYTHING) if weight > 0 else []
    lexical = filled.views.lexical.search("train", 100, EVERYTHING) if weight < 1 else []
    found = retriever.search("train", 10)
    assert [(hit.passage.id, hit.score) for hit in found.hits] == weighted_sum(
        dense, lexical, weight
    )
    assert [hit.dense_score for hit in found.hits] == [
        dict(dense).get(hit.passage.id) for hit in found.hits
    ]
    assert [hit.lexical_score for hit in found.hits] == [
        dict(lexical).get(hit.passage.id) for hit in found.hits
    ]
    assert found.sequence == 3


def test_the_words_alone_find_what_has_them(filled: World) -> None:
    retriever = HybridRetriever(filled.archive, filled.views, filled.embedder, dense_weight=0)
    found = retriever.search("train", 10)
    assert [hit.article.id for hit in found.hits] == ["train", "bread"]
    assert all(hit.dense_score is None for hit in found.hits)
    assert retriever.search("zeppelin", 10).hits == ()


def test_timings_name_every_step(filled: World) -> None:
    timings = filled.retriever.search("train", 10).timings_ms
    assert timings.keys() == {"embed", "dense", "lexical", "fuse", "fetch"}
    assert all(took >= 0 for took in timings.values())


class ArchiveThatIsSlow(Archive):
    """Another process does something between the search and the fetch of its passages."""

    def meanwhile(self, other: World, *removed: str) -> None:
        self._other, self._removed = other, list(removed)

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, Article]]:
        if self._removed:
            with self._other.archive.writing() as writer:
                writer.remove(self._removed.pop())
        return super().passages(ids)


@pytest.mark.parametrize("removed", [("train",), ("train", "bread"), ("train", "bread", "moon")])
def test_what_another_process_deletes_meanwhile_is_never_given(
    filled: World, removed: tuple[str, ...]
) -> None:
    archive = ArchiveThatIsSlow(filled.archive.folder)
    views = Views(archive)
    archive.meanwhile(filled, *removed)
    found = HybridRetriever(archive, views, filled.embedder).search("train", 10)
    assert sorted(hit.article.id for hit in found.hits) == sorted(
        {"train", "bread", "moon"} - set(removed)
    )
    assert found.sequence == 3 + len(removed)
    views.close()
    archive.close()


def test_views_that_do_not_match_are_rebuilt_not_searched_for_ever(
    filled: World, caplog: pytest.LogCaptureFixture
) -> None:
    with filled.archive.snapshot():
        passages = list(filled.archive.indexed_passages())
    filled.ingester.remove("train")
    filled.views.dense.apply(4, None, passages)
    found = filled.retriever.search("train", 10)
    assert sorted(hit.article.id for hit in found.hits) == ["bread", "moon"]
    assert "rebuilding" in caplog.text


class ArchiveThatContradictsItself(Archive):
    """Passages that the views are made of cannot be fetched."""

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, Article]]:
        found = super().passages(ids)
        return dict(list(found.items())[1:])


def test_an_archive_that_contradicts_itself_is_said_to(filled: World) -> None:
    archive = ArchiveThatContradictsItself(filled.archive.folder)
    views = Views(archive)
    with pytest.raises(ArchiveDamagedError, match=r"contradicts itself.*restore it"):
        HybridRetriever(archive, views, filled.embedder).search("train", 10)
    views.close()
    archive.close()


def test_a_search_sees_what_this_process_just_did(filled: World) -> None:
    filled.ingester.remove("train")
    found = filled.retriever.search("train", 10)
    assert found.sequence == 4
    assert "train" not in {hit.article.id for hit in found.hits}


def test_filters_hold_in_both_lists(filled: World) -> None:
    for filters in (Filters(sources=("Courier",)), Filters(published_to=date(2023, 9, 12))):
        hits = filled.retriever.search("train", 10, filters).hits
        assert len(hits) == 1
        assert filters.accept(hits[0].article)


def test_processes_agree(filled: World) -> None:
    other = open_world(filled.archive.folder)
    mine, theirs = filled.retriever.search("train", 3), other.retriever.search("train", 3)
    assert [hit.passage for hit in mine.hits] == [hit.passage for hit in theirs.hits]
    other.close()
