from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bench import reading, searching, sizes
from eval.bench.articles import SAMPLES, Articles, articles_at
from eval.bench.figures import Aim, Figure, Section
from eval.bench.ingesting import measure as measure_ingest
from eval.bench.synthetic import PASSAGES_PER_ARTICLE, synthetic_archive
from eval.bench.tables import markdown, values
from index.archive import Archive
from index.article import Filters
from index.embedding.minilm import MiniLMEmbedder
from index.views import Views

BODY = "The bridge fell at night. Nobody was on it. The mayor spoke of luck. Work began in May. "
SECTION = Section(
    "search",
    "Search",
    "How it was taken.",
    (Figure("dense", "ms", (1.0, 2.0, 3.0), Aim(2.5, at_least=False)),),
    ("A note.",),
)


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    return MiniLMEmbedder()


@pytest.fixture(scope="module")
def articles() -> Articles:
    lines = (
        json.dumps({"_id": f"a-{number}", "title": f"Bridge {number}", "text": BODY * (number + 1)})
        for number in range(10)
    )
    return Articles("ten articles", tuple(f"{line}\n" for line in lines))


def test_an_aim_is_met_on_its_own_side_alone() -> None:
    assert Aim(0.85, at_least=True).met(0.85)
    assert not Aim(0.85, at_least=True).met(0.84)
    assert Aim(15, at_least=False).met(15)
    assert not Aim(15, at_least=False).met(15.1)


def test_figures_give_median_and_percentile() -> None:
    figure = Figure("x", "ms", tuple(float(value) for value in range(1, 101)))
    assert figure.p50 == (50 + 51) / 2
    assert figure.p95 == 95 + 0.05
    assert (figure.low, figure.high) == (1, 100)


def test_articles_are_spread_over_the_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "bulk.jsonl"
    file.write_text("".join(f'{{"title": "{number}", "text": ""}}\n' for number in range(100)))
    chosen = articles_at(file, 5)
    assert chosen.titles == ["0", "20", "40", "60", "80"]
    assert chosen.label == "5 of the 100 articles of bulk.jsonl"


def test_without_a_bulk_file_the_samples_are_measured(tmp_path: Path) -> None:
    chosen = articles_at(tmp_path / "missing.jsonl.gz", 5)
    assert len(chosen.lines) == len(list(SAMPLES.glob("*.md")))
    assert all(chosen.titles)


def test_parts_hold_every_line_once(articles: Articles) -> None:
    parts = list(articles.parts(3))
    assert sorted(line for part in parts for line in part) == sorted(articles.lines)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_the_synthetic_archive_is_whole_searchable_and_kept(
    tmp_path: Path, articles: Articles, embedder: MiniLMEmbedder
) -> None:
    wanted = PASSAGES_PER_ARTICLE * 2 + 3
    folder = synthetic_archive(articles, wanted, embedder, tmp_path, silent)
    archive = Archive(folder)
    passages = list(archive.indexed_passages())
    assert len(passages) == wanted
    assert abs(float(passages[0].vector @ passages[0].vector) - 1) < 1e-2
    views = Views(archive)
    assert views.dense.search(passages[7].vector, 1, Filters())[0][0] == passages[7].id
    assert len(views.lexical.search("mayor", wanted, Filters())) > wanted // 2
    views.close()
    made = (folder / "archive.sqlite").stat().st_mtime_ns
    archive.close()
    assert synthetic_archive(articles, wanted, embedder, tmp_path, silent) == folder
    assert (folder / "archive.sqlite").stat().st_mtime_ns == made


def test_search_and_size_are_measured_on_it(
    tmp_path: Path, articles: Articles, embedder: MiniLMEmbedder
) -> None:
    folder = synthetic_archive(articles, 1000, embedder, tmp_path, silent)
    search = searching.measure(folder, articles, embedder, silent)
    assert {figure.name for figure in search.figures} >= set(searching.STAGES)
    assert all(len(figure.values) == searching.QUERIES for figure in search.figures)
    size = sizes.measure(folder, "Synthetic.")
    assert size.figure("dense view, on disk").p50 >= embedder.dimensions
    assert size.figure("all, on disk").p50 == pytest.approx(
        sum(figure.p50 for figure in size.figures[:3])
    )


def test_ingest_is_compared_with_the_bare_pass_over_the_same_batches(
    tmp_path: Path, articles: Articles
) -> None:
    section = measure_ingest(articles, tmp_path, silent)
    ingest, bare = section.figure("ingest"), section.figure("bare forward pass")
    ratio = section.figure("ingest / bare forward pass")
    for number, value in enumerate(ratio.values):
        assert value == pytest.approx(ingest.values[number] / bare.values[number])
    assert list(tmp_path.iterdir()) == []


def test_reading_is_compared_with_the_bare_pass_over_the_same_batches(
    articles: Articles, embedder: MiniLMEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "REPEATS", 3)
    section = reading.measure(articles, embedder, silent)
    assert f"{reading.PASSAGES} passages of {reading.PASSAGE_TOKENS} tokens" in section.how
    read, bare = section.figure("read"), section.figure("bare forward pass")
    ratio = section.figure("read / bare forward pass")
    for number, value in enumerate(ratio.values):
        assert value == pytest.approx(read.values[number] / bare.values[number])


def test_figures_stand_in_markdown_with_their_aims() -> None:
    text = markdown(SECTION)
    assert "| dense | 2.00 ms | 2.90 | 1.00 - 3.00 | 3 | <= 2.5 met |" in text
    assert text.endswith("A note.")


def test_values_are_json_with_every_measurement() -> None:
    made = json.loads(json.dumps(values("a machine", [SECTION])))
    assert made["sections"]["search"]["dense"]["values"] == [1, 2, 3]
