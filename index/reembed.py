"""Making every passage and vector of an archive anew, for another model or other chunking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.ingest import GROUP_PASSAGES, embedded, embedded_texts, keyed

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from index.archive import Archive, NewPassage, Recipe
    from index.chunking import Chunker
    from index.embedding import Embedder


def embed_again(
    archive: Archive,
    embedder: Embedder,
    chunker: Chunker,
    recipe: Recipe,
    progress: Callable[[int, int], None],
) -> None:
    """Chunk and embed every version again, then put all of it in place in one transaction.

    Until then, and if this is interrupted, the archive stays as it was. Where only the chunking is
    another, vectors of texts that stay as they were are kept.

    Args:
        archive: any archive, whatever it was made with.
        embedder: the model to use from now on.
        chunker: cuts the passages.
        recipe: what the archive says of itself afterwards.
        progress: told (versions done, versions in all).

    Raises:
        ModelError: the chunker's passages are longer than the model reads.
        ArchiveError: an article was changed meanwhile, or the archive cannot be written.
    """
    chunker.check_fits(embedder)
    before = archive.sequence()
    made_with = archive.recipe
    # With the very same recipe someone wants the vectors themselves made anew.
    keeps_vectors = recipe.model == made_with.model and recipe != made_with
    versions = archive.all_versions()
    passages: dict[int, tuple[NewPassage, ...]] = {}
    vectors: dict[bytes, NDArray[np.float32]] = {}
    waiting: dict[bytes, str] = {}

    def embed_waiting() -> None:
        if keeps_vectors:
            vectors.update(archive.embeddings(waiting))
        for made in embedded(embedder, {k: t for k, t in waiting.items() if k not in vectors}):
            vectors.update(made)
        waiting.clear()

    for done, (key, title, body) in enumerate(versions, start=1):
        spans = chunker.spans(body, embedder)
        texts = embedded_texts(title, body, spans)
        passages[key] = keyed(spans, texts)
        waiting |= {
            passage.embedding_key: text
            for passage, text in zip(passages[key], texts, strict=True)
            if passage.embedding_key not in vectors
        }
        if len(waiting) >= GROUP_PASSAGES:
            embed_waiting()
        progress(done, len(versions))
    embed_waiting()
    with archive.writing() as writer:
        writer.replace_passages(passages, vectors, recipe, expected_sequence=before)
