"""The reader with the shipped weights: exact spans, long passages, refusals, damaged files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import ReaderError
from qa.onnx_reader import OnnxReader, _batches, _Window
from qa.reader import Reader, ReaderPassage, load_reader
from qa.reader_files import SHIPPED, ReaderFiles
from qa.windows import PairTokenizer

STORY = (
    "Governor Ellen Marsh signed the water bill in Santa Fe on 14 March 2019. The law sets aside "
    "$42 million for new pipes in 18 counties. “Nobody should have to boil what comes out of the "
    "tap,” said Luis Ortega, a farmer from Roswell who had campaigned for it since 2011."
)
FILLER = (
    "The committee met again and heard reports on roads, on schools and on the state fair. "
    "Members thanked the staff and adjourned before noon. "
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def best(reader: Reader, question: str, passage: ReaderPassage) -> str:
    (reading,) = reader.read(question, [passage])
    span = reading.spans[0]
    return passage.text[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who signed the water bill?", "Ellen Marsh"),
        ("When was the water bill signed?", "14 March 2019"),
        ("Where was the water bill signed?", "Santa Fe"),
        ("How much money does the law set aside for new pipes?", "$42 million"),
        ("How many counties get new pipes?", "18"),
        ("Who is Luis Ortega?", "farmer from Roswell"),
    ],
)
def test_exact_answers_are_found(reader: Reader, question: str, answer: str) -> None:
    found = best(reader, question, ReaderPassage("New Mexico signs water bill", STORY))
    assert answer in found
    assert len(found) <= len(answer) + 20


def test_an_answer_deep_in_a_long_passage_is_found(reader: Reader) -> None:
    long = ReaderPassage("Statehouse notes", FILLER * 25 + STORY + FILLER * 25)
    assert "Ellen Marsh" in best(reader, "Who signed the water bill?", long)


def test_the_passage_with_the_answer_outranks_others(reader: Reader) -> None:
    passages = [ReaderPassage("", FILLER), ReaderPassage("", STORY), ReaderPassage("", FILLER * 3)]
    readings = reader.read("Who signed the water bill?", passages)
    scores = [reading.spans[0].score for reading in readings]
    assert scores.index(max(scores)) == 1
    relevances = [reading.relevance for reading in readings]
    assert relevances.index(max(relevances)) == 1


@pytest.mark.parametrize(
    "question",
    [
        "Which football club won the cup final in Madrid?",
        "How deep is the Mariana Trench?",
        "Who composed the opera?",
    ],
)
def test_a_question_about_something_else_is_declined(reader: Reader, question: str) -> None:
    (reading,) = reader.read(question, [ReaderPassage("New Mexico signs water bill", STORY)])
    assert reader.confidence(reading.spans[0].score) < reader.threshold


def test_the_name_carries_the_hash_of_the_network(reader: Reader) -> None:
    assert ReaderFiles(SHIPPED).load().sha256["model.onnx"][:12] in reader.name


def copy_of_shipped(folder: Path) -> ReaderFiles:
    shutil.copytree(SHIPPED, folder)
    return ReaderFiles(folder)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_refused_with_a_remedy(tmp_path: Path, damaged: str) -> None:
    files = copy_of_shipped(tmp_path / "reader")
    path = files.folder / damaged
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ReaderError, match="install dateline-qa again"):
        OnnxReader(files.folder)


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json", "reader.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    files = copy_of_shipped(tmp_path / "reader")
    (files.folder / missing).unlink()
    with pytest.raises(ReaderError, match=missing):
        OnnxReader(files.folder)


def test_a_model_that_is_nowhere_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="hub id"):
        load_reader(str(tmp_path / "nowhere"))


def test_no_batch_mixes_short_and_long() -> None:
    tokenizer = PairTokenizer(ReaderFiles(SHIPPED).tokenizer)
    texts = ["tiny", FILLER, FILLER * 2, FILLER * 8, "also tiny", FILLER * 7]
    question, *bodies = tokenizer.encode(["Who?", *texts])
    windows = [
        _Window(number, 0, tokenizer.assemble(question.ids, question.ids[:0], body.ids))
        for number, body in enumerate(bodies)
    ]
    batches = list(_batches(windows))
    assert sorted(window.passage for batch in batches for window in batch) == list(range(6))
    for batch in batches:
        lengths = [len(window.input.ids) for window in batch]
        assert max(lengths) <= 1.2 * min(lengths) + 8


def test_reading_needs_neither_torch_nor_transformers() -> None:
    script = (
        "import sys\n"
        "from qa.reader import ReaderPassage, load_reader\n"
        "load_reader().read('Who?', [ReaderPassage('', 'Anna came.')])\n"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, check=False)
    assert done.returncode == 0
