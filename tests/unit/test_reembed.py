"""Another model for an archive that is there: all of it or nothing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from index.archive import Archive
from index.article import Draft
from index.chunking import Chunker
from index.errors import ArchiveBusyError
from index.reembed import embed_again
from tests.parts import CountingEmbedder, HashEmbedder, World, open_world, recipe

BODY = "Kim crossed at Khasan on Tuesday. He had left on Sunday evening, it was said there."
DRAFTS = [Draft(id=f"a{n}", title=f"T{n}", body=f"{BODY} {n}.") for n in range(5)]


@pytest.fixture
def filled(world: World) -> World:
    world.put(*DRAFTS)
    world.put(replace(DRAFTS[0], body="Corrected on Friday."))
    return world


def better() -> CountingEmbedder:
    return CountingEmbedder(HashEmbedder("better", 16))


def test_every_version_has_passages_of_the_new_model(filled: World) -> None:
    model, told = better(), list[tuple[int, int]]()
    made_with = replace(recipe(model), chunk_tokens=6, overlap_tokens=0)
    embed_again(filled.archive, model, Chunker(6, 0), made_with, lambda *p: told.append(p))
    filled.archive.require(made_with)
    assert told[-1] == (6, 6)
    assert len(set(model.embedded)) == len(model.embedded)
    for passage in filled.archive.indexed_passages():
        assert passage.vector.shape == (16,)
        assert len(model.token_ends([passage.text])[0]) <= 6
    folder = filled.archive.folder
    with closing(Archive(folder)) as archive:
        assert archive.stats().versions == 6
        assert archive.sequence() == 6 + 5


def test_views_and_ingest_go_on_with_the_new_model(filled: World) -> None:
    model = better()
    embed_again(filled.archive, model, Chunker(12, 4), recipe(model), lambda *_: None)
    again = open_world(filled.archive.folder, HashEmbedder("better", 16))
    assert set(again.dense("Khasan", 100)) == {draft.id for draft in DRAFTS}
    assert again.lexical("friday") == ["a0"]
    again.put(DRAFTS[0])
    assert again.embedder.embedded == ["Khasan"]  # the question; the old text had its vector
    again.close()


def test_only_what_other_chunking_cuts_anew_is_embedded(filled: World) -> None:
    before = {p.text: p.vector.tolist() for p in filled.archive.indexed_passages()}
    model = CountingEmbedder(HashEmbedder())
    made_with = replace(recipe(model), chunk_tokens=8, overlap_tokens=0)
    embed_again(filled.archive, model, Chunker(8, 0), made_with, lambda *_: None)
    filled.archive.require(made_with)
    after = {p.text: p.vector.tolist() for p in filled.archive.indexed_passages()}
    kept = before.keys() & after.keys()
    assert "Corrected on Friday." in kept
    assert all(after[text] == before[text] for text in kept)
    assert model.embedded
    assert not any(text.endswith("\nCorrected on Friday.") for text in model.embedded)


def test_the_same_model_and_chunking_again_make_every_vector_anew(filled: World) -> None:
    model = CountingEmbedder(HashEmbedder())
    embed_again(filled.archive, model, Chunker(12, 4), recipe(model), lambda *_: None)
    assert any(text.endswith("\nCorrected on Friday.") for text in model.embedded)


def test_an_interruption_changes_nothing(filled: World) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    before = [(p.id, p.text, p.vector.tolist()) for p in filled.archive.indexed_passages()]
    model = better()
    with pytest.raises(KeyboardInterrupt):
        embed_again(filled.archive, model, Chunker(12, 4), recipe(model), stop)
    filled.archive.require(recipe())
    after = [(p.id, p.text, p.vector.tolist()) for p in filled.archive.indexed_passages()]
    assert after == before


def test_an_article_ingested_meanwhile_is_not_lost(filled: World) -> None:
    def meanwhile(done: int, _total: int) -> None:
        if done == 3:
            filled.put(Draft(id="new", body="Something new."))

    model = better()
    with pytest.raises(ArchiveBusyError, match="nothing was changed"):
        embed_again(filled.archive, model, Chunker(12, 4), recipe(model), meanwhile)
    filled.archive.require(recipe())
    assert filled.lexical("something") == ["new"]
