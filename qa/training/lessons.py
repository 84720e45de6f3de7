"""Inputs with what a teacher says of them, on disk: a folder of parts that are written once.

A part holds ragged rows as flat arrays: `ids`, `start` and `end` of all inputs one after another,
`lengths` to part them by, and likewise `spans` with `span_counts`. `origin.json` says what the
lessons come from, and how many parts there are once all are written.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from qa.training.features import Feature, Lesson
from qa.training.files import written_whole


@dataclass(frozen=True, slots=True)
class Lessons:
    """The lessons in a folder. A source of features: each epoch has every one of them."""

    folder: Path

    def check(self) -> None:
        """Raises ValueError where the folder holds no lessons, or not yet all."""
        if self._parts() is None:
            raise ValueError(
                f"{self.folder} holds no finished lessons: run `python -m qa.training.teach` with "
                f"`--out {self.folder}`, or again, if it was cut off"
            )

    def epoch(self, random: Random) -> Iterator[Feature]:
        """Every feature with its lesson, in the order written; nothing is left to chance."""
        del random
        for number in range(self._parts() or 0):
            yield from _read(self.part(number))

    def part(self, number: int) -> Path:
        """Where a part is kept."""
        return self.folder / f"{number:05}.npz"

    def begin(self, origin: Mapping[str, object]) -> None:
        """Says what the lessons come from; parts of the same origin are kept.

        Raises:
            ValueError: the folder holds lessons of another origin.
        """
        kept = self._read_origin()["origin"] if self._origin.exists() else None
        if kept not in (None, json.loads(json.dumps(origin))):
            raise ValueError(
                f"{self.folder} holds lessons of another teacher, configuration or data: "
                "give another --out, or delete the folder"
            )
        self._write_origin(origin, None)

    def finish(self, parts: int) -> None:
        """Says that all parts are written."""
        self._write_origin(self._read_origin()["origin"], parts)

    def write(self, number: int, features: Sequence[Feature]) -> None:
        """Writes a part. Raises ValueError if a feature has no lesson."""
        lessons = [feature.lesson for feature in features if feature.lesson is not None]
        if len(lessons) < len(features):
            raise ValueError(f"{len(features) - len(lessons)} features have no lesson")
        spans = [span for feature in features for span in feature.spans]
        with written_whole(self.part(number)) as stream:
            np.savez(
                stream,
                ids=np.concatenate([feature.ids for feature in features]).astype(np.uint16),
                start=np.concatenate([lesson.start for lesson in lessons]),
                end=np.concatenate([lesson.end for lesson in lessons]),
                relevance=np.array([lesson.relevance for lesson in lessons], np.float32),
                lengths=np.array([len(feature.ids) for feature in features], np.int32),
                second_segments=np.array([f.second_segment for f in features], np.int32),
                passages=np.array([feature.passage for feature in features], np.int32),
                spans=np.array(spans, np.int32).reshape(-1, 2),
                span_counts=np.array([len(feature.spans) for feature in features], np.int32),
            )

    @property
    def _origin(self) -> Path:
        return self.folder / "origin.json"

    def _parts(self) -> int | None:
        parts = self._read_origin()["parts"] if self._origin.exists() else None
        return parts if isinstance(parts, int) else None

    def _read_origin(self) -> dict[str, object]:
        content: dict[str, object] = json.loads(self._origin.read_text(encoding="utf-8"))
        return content

    def _write_origin(self, origin: object, parts: int | None) -> None:
        with written_whole(self._origin) as stream:
            stream.write(json.dumps({"origin": origin, "parts": parts}, indent=2).encode())


def _read(path: Path) -> Iterator[Feature]:
    try:
        with np.load(path) as stored:
            part = dict(stored.items())
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is damaged: delete it and run `python -m qa.training.teach` again"
        ) from error
    cuts = np.cumsum(part["lengths"])[:-1]
    ids, start, end = (np.split(part[name], cuts) for name in ("ids", "start", "end"))
    spans = np.split(part["spans"], np.cumsum(part["span_counts"])[:-1])
    for row, tokens in enumerate(ids):
        yield Feature(
            ids=tokens.astype(np.int32),
            second_segment=int(part["second_segments"][row]),
            passage=int(part["passages"][row]),
            spans=tuple((int(first), int(last)) for first, last in spans[row]),
            lesson=Lesson(start[row], end[row], float(part["relevance"][row])),
        )
