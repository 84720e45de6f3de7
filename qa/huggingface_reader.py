"""Any extractive question-answering model of the Hugging Face hub, or of a local folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa.calibration import Calibration
from qa.errors import ReaderError
from qa.onnx_reader import SPANS_A_PASSAGE, distinct
from qa.reader import ReaderPassage, Reading, Span
from qa.spans import best_spans
from qa.trimming import trim_span

_WINDOW, _OVERLAP = 384, 128  # tokens of a whole input; tokens shared by neighbours
_QUESTION_CHARACTERS = 400  # a longer question would leave no room for the passage
_BATCH = 16
NOTHING_TO_READ = -100.0  # relevance of a passage without a token


class HuggingFaceReader:
    """A model with start and end logits; "no answer" is the span at its first token.

    Its confidence is the plain logistic of the score unless a calibration is given: a model trained
    with unanswerable questions (SQuAD 2.0) is then usable, another one answers too readily.
    """

    def __init__(
        self,
        name: str,
        *,
        calibration: Calibration | None = None,
        threshold: float = 0.5,
        threads: int = 0,
    ) -> None:
        """Loads the model by hub id or folder; code that comes with a model is never run.

        Args:
            name: hub id or folder.
            calibration: what its scores mean.
            threshold: the confidence below which to abstain.
            threads: PyTorch's, for all of this process; 0 leaves them as they are.

        Raises:
            ReaderError: there is no such model, or it is not one for question answering.
        """
        import torch
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)
            model, found = AutoModelForQuestionAnswering.from_pretrained(
                name, output_loading_info=True
            )
        except (OSError, ValueError) as error:
            raise ReaderError(
                f"{name!r} cannot be loaded as a question-answering model ({error}): give a "
                "hub id, a folder saved by transformers, or `default`"
            ) from error
        if missing := sorted(key for key in found["missing_keys"] if "position_ids" not in key):
            raise ReaderError(
                f"{name!r} was not trained for question answering (it has no {missing[0]}): give a "
                "model that was, or `default`"
            )
        if threads:
            torch.set_num_threads(threads)
        self._model: Any = model.eval()
        self._name = name
        self._calibration = calibration or Calibration(slope=1.0, intercept=0.0)
        self._threshold = threshold

    @property
    def name(self) -> str:
        """The hub id or folder it was loaded from."""
        return self._name

    @property
    def threshold(self) -> float:
        """The confidence below which to abstain."""
        return self._threshold

    def confidence(self, score: float) -> float:
        """The chance that the best span is right if it has this score."""
        return self._calibration.confidence(score)

    def read(self, question: str, passages: Sequence[ReaderPassage]) -> list[Reading]:
        """One reading for each passage, in their order; titles are not shown to the model."""
        spans: list[list[Span]] = [[] for _ in passages]
        relevance = [NOTHING_TO_READ] * len(passages)
        order = sorted(range(len(passages)), key=lambda number: len(passages[number].text))
        for first in range(0, len(order), _BATCH):
            numbers = order[first : first + _BATCH]
            found = self._read_batch(question, [passages[number].text for number in numbers])
            for place, reading in found:
                spans[numbers[place]].extend(reading.spans)
                relevance[numbers[place]] = max(relevance[numbers[place]], reading.relevance)
        return [
            Reading(best, distinct(candidates, SPANS_A_PASSAGE))
            for best, candidates in zip(relevance, spans, strict=True)
        ]

    def _read_batch(self, question: str, texts: Sequence[str]) -> list[tuple[int, Reading]]:
        """(number of the text, reading) for each window."""
        import torch

        encoded = self._tokenizer(
            [question[:_QUESTION_CHARACTERS]] * len(texts),
            list(texts),
            truncation="only_second",
            max_length=_WINDOW,
            stride=_OVERLAP,
            padding=True,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        owners = encoded.pop("overflow_to_sample_mapping").tolist()
        offsets = encoded.pop("offset_mapping").numpy()
        with torch.inference_mode():
            output = self._model(**encoded)
        starts, ends = output.start_logits.float().numpy(), output.end_logits.float().numpy()
        readings = []
        for row, owner in enumerate(owners):
            text = texts[owner]
            kinds = encoded.sequence_ids(row)
            inside = [place for place, kind in enumerate(kinds) if kind == 1]
            null = float(starts[row, 0] + ends[row, 0])
            spans = []
            for span in best_spans(starts[row, inside], ends[row, inside], 4 * SPANS_A_PASSAGE):
                raw_start = int(offsets[row, inside[span.first], 0])
                raw_end = int(offsets[row, inside[span.last], 1])
                start, end = trim_span(text, raw_start, raw_end)
                spans.append(Span(start, end, raw_start, raw_end, span.score - null))
            best = spans[0].score if spans else NOTHING_TO_READ
            readings.append((owner, Reading(best, tuple(spans))))
        return readings
