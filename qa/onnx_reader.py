"""The shipped reader: ONNX Runtime and the Rust tokenizer, nothing else in its path."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from qa.errors import ReaderError
from qa.reader import ReaderPassage, Reading, Span
from qa.reader_files import ReaderFiles
from qa.spans import best_spans
from qa.trimming import trim_span
from qa.windows import ModelInput, PairTokenizer, Tokens, window_starts

Inputs = dict[str, NDArray[np.int64]]
OUTPUTS = ["start", "end", "relevance"]
SPANS_A_PASSAGE = 5
_TOKENS_A_BATCH = 8_192
_PADDING_AT_MOST = 1.2  # the longest of a batch against its shortest


@dataclass(frozen=True, slots=True)
class _Window:
    """A window of a passage, starting at its token `start`."""

    passage: int
    start: int
    input: ModelInput


@dataclass(frozen=True, slots=True)
class _Output:
    """What the network says of one window: logits of its passage tokens, no-answer, relevance."""

    start: NDArray[np.float32]
    end: NDArray[np.float32]
    null: float
    relevance: float


class OnnxReader:
    """Reads with the network in a folder laid out as `ReaderFiles` says."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Loads the folder's files after checking their hashes; `threads`: 0 for one a core.

        Raises:
            ReaderError: a file is missing or damaged.
        """
        files = ReaderFiles(folder)
        self._manifest = files.load()
        self._name = f"{folder.name}-{self._manifest.sha256[files.network.name][:12]}"
        self._tokenizer = PairTokenizer(files.tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or available_cores()
        # Threads that spin while they wait starve each other when the cores are shared.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                str(files.network), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own errors share no base class
            raise ReaderError(f"{files.network} cannot be run by ONNX Runtime: {error}") from error

    @property
    def name(self) -> str:
        """The folder and the beginning of the network's SHA-256."""
        return self._name

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain, chosen on development data."""
        return self._manifest.threshold

    def confidence(self, score: float) -> float:
        """The chance that the best span is right if it has this score."""
        return self._manifest.calibration.confidence(score)

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        """One reading for each passage, in their order; a long passage is read in windows."""
        if not passages:
            return []
        bodies, windows = self._windows(question, passages)
        outputs: list[list[tuple[_Window, _Output]]] = [[] for _ in passages]
        for batch in _batches(windows):
            for window, output in zip(batch, self._outputs(batch), strict=True):
                outputs[window.passage].append((window, output))
        return [
            self._reading(passage.text, body, found)
            for passage, body, found in zip(passages, bodies, outputs, strict=True)
        ]

    def inputs(self, question: str, passages: Sequence[ReaderPassage]) -> list[Inputs]:
        """The padded batches that `read` gives to the network, by the names of its inputs."""
        return [_padded(batch) for batch in _batches(self._windows(question, passages)[1])]

    def forward(self, inputs: Inputs) -> list[NDArray[np.float32]]:
        """One run of the network: start and end logits (windows, length), relevance (windows,)."""
        found: list[NDArray[np.float32]] = self._session.run(OUTPUTS, inputs)
        return found

    def _windows(
        self, question: str, passages: Sequence[ReaderPassage]
    ) -> tuple[Sequence[Tokens], list[_Window]]:
        """The tokens of each passage, and the windows that cover them all."""
        texts = [text for passage in passages for text in (passage.title, passage.text)]
        asked, *encoded = self._tokenizer.encode([question, *texts])
        titles, bodies = encoded[::2], encoded[1::2]
        size, stride = self._manifest.window, self._manifest.stride
        return bodies, [
            _Window(
                number,
                start,
                self._tokenizer.assemble(asked.ids, title.ids, body.ids[start : start + size]),
            )
            for number, (title, body) in enumerate(zip(titles, bodies, strict=True))
            for start in window_starts(len(body), size, stride)
        ]

    def _outputs(self, batch: Sequence[_Window]) -> Iterator[_Output]:
        start, end, relevance = self.forward(_padded(batch))
        for row, window in enumerate(batch):
            inside = slice(window.input.passage, len(window.input.ids) - 1)
            null = float(start[row, 0] + end[row, 0])
            yield _Output(start[row, inside], end[row, inside], null, float(relevance[row]))

    def _reading(
        self, text: str, body: Tokens, found: Sequence[tuple[_Window, _Output]]
    ) -> Reading:
        """The windows of one passage brought together: their best relevance and distinct spans."""
        relevance = max(output.relevance for _, output in found)
        candidates: list[Span] = []
        for window, output in found:
            shift = self._manifest.relevance_weight * output.relevance - output.null
            for span in best_spans(output.start, output.end, 4 * SPANS_A_PASSAGE):
                raw_start = int(body.offsets[window.start + span.first, 0])
                raw_end = int(body.offsets[window.start + span.last, 1])
                start, end = trim_span(text, raw_start, raw_end)
                candidates.append(Span(start, end, raw_start, raw_end, span.score + shift))
        return Reading(relevance, distinct(candidates, SPANS_A_PASSAGE))


def distinct(spans: Sequence[Span], n: int) -> tuple[Span, ...]:
    """The n best spans, one for each trimmed place, best first."""
    best: dict[tuple[int, int], Span] = {}
    for span in sorted(spans, key=lambda span: -span.score):
        best.setdefault((span.start, span.end), span)
    return tuple(best.values())[:n]


def _padded(batch: Sequence[_Window]) -> Inputs:
    length = max(len(window.input.ids) for window in batch)
    ids, attention, types = np.zeros((3, len(batch), length), dtype=np.int64)
    for row, window in enumerate(batch):
        size = len(window.input.ids)
        ids[row, :size] = window.input.ids
        attention[row, :size] = 1
        types[row, window.input.second_segment : size] = 1
    return {"input_ids": ids, "attention_mask": attention, "token_type_ids": types}


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Neighbours in length together: no batch mixes short and long."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda window: len(window.input.ids)):
        length = len(window.input.ids)
        mixed = batch and length > _PADDING_AT_MOST * len(batch[0].input.ids) + 8
        if batch and (mixed or (len(batch) + 1) * length > _TOKENS_A_BATCH):
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def available_cores() -> int:
    """Physical cores this process may run on (two threads of one core gain a reader nothing)."""
    allowed = (
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )
    cores = set()
    for number in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
        cores.add(siblings.read_text() if siblings.exists() else str(number))
    return len(cores)
