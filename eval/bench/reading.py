"""What reading costs beside the network's own forward pass on the same batches."""

from __future__ import annotations

from itertools import pairwise
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from eval.bench.figures import Aim, Figure, Section
from qa.onnx_reader import OnnxReader
from qa.reader import ReaderPassage
from qa.reader_files import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from eval.bench.articles import Articles
    from index.embedding.minilm import MiniLMEmbedder

PASSAGES = 8
PASSAGE_TOKENS = 130
REPEATS = 30
WARM_UP = 3
QUESTION = "How many people were at the meeting in the capital?"
AIM = Aim(1.1, at_least=False)


def measure(articles: Articles, embedder: MiniLMEmbedder, step: Callable[[str], None]) -> Section:
    """Read eight passages for one question, then run the network alone on the very batches."""
    reader = OnnxReader(SHIPPED)
    texts = _texts(articles, embedder)
    passages = [ReaderPassage("A title of six words or so", text) for text in texts]
    batches = reader.inputs(QUESTION, passages)
    elapsed: list[tuple[float, float]] = []
    spent: list[tuple[float, float]] = []
    for number in range(WARM_UP + REPEATS):
        step(f"reading: {number} of {WARM_UP + REPEATS}")
        laps = [(perf_counter(), process_time())]
        reader.read(QUESTION, passages)
        laps.append((perf_counter(), process_time()))
        for batch in batches:
            reader.forward(batch)
        laps.append((perf_counter(), process_time()))
        if number >= WARM_UP:
            walls, works = zip(*laps, strict=True)
            elapsed.append((1000 * (walls[1] - walls[0]), 1000 * (walls[2] - walls[1])))
            spent.append((works[1] - works[0], works[2] - works[1]))
    tokens = sum(int(batch["attention_mask"].sum()) for batch in batches)
    places = sum(batch["input_ids"].size for batch in batches)
    return Section(
        "read",
        "Reading",
        f"{PASSAGES} passages of {PASSAGE_TOKENS} tokens for one question: with question and title "
        f"{tokens:,} tokens, {places:,} with padding. Reading and the network's bare forward pass "
        "on the same batches take turns.",
        (
            Figure("read", "ms", tuple(whole for whole, _ in elapsed)),
            Figure("bare forward pass", "ms", tuple(bare for _, bare in elapsed)),
            Figure("read / bare forward pass", "", _ratios(elapsed), AIM),
            Figure("the same, processor time", "", _ratios(spent)),
        ),
    )


def _ratios(pairs: list[tuple[float, float]]) -> tuple[float, ...]:
    return tuple(whole / bare for whole, bare in pairs)


def _texts(articles: Articles, embedder: MiniLMEmbedder) -> list[str]:
    """Stretches of running text of exactly so many tokens."""
    text = "".join(articles.sentences[: 10 * PASSAGES])
    [ends] = embedder.token_ends([text])
    cuts = [0, *ends[PASSAGE_TOKENS - 1 :: PASSAGE_TOKENS]][: PASSAGES + 1]
    return [text[start:end] for start, end in pairwise(cuts)]
