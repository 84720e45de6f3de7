"""The training run: batches in, checkpoints and a log out; it can be cut off at any time."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from qa.training.batches import Batch, batches
from qa.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from qa.training.config import RunConfig, TrainingConfig
from qa.training.distillation import distilled_loss
from qa.training.evaluation import DevSample, evaluate
from qa.training.features import FeatureSource
from qa.training.model import SpanModel, build_model, new_seed, run_model
from qa.training.optimization import WeightAverage, build_optimizer, in_decay, trapezoid
from qa.windows import PairTokenizer

logger = logging.getLogger(__name__)
_LOG_EVERY = 20


@dataclass(frozen=True, slots=True)
class RunFolder:
    """What a run leaves behind."""

    path: Path

    @property
    def checkpoint(self) -> Path:
        """The state to go on from."""
        return self.path / "checkpoint.pt"

    @property
    def log(self) -> Path:
        """Figures, one JSON object a line."""
        return self.path / "log.jsonl"

    @property
    def weights(self) -> Path:
        """Of the finished run: the moving average of the decay phase."""
        return self.path / "weights.pt"


def precision(device: torch.device, config: RunConfig) -> AbstractContextManager[Any]:
    """bfloat16 (no loss scaling needed) on a GPU, and on a CPU where the run asks for it."""
    if device.type == "cuda" or config.bfloat16:
        return torch.autocast(device.type, dtype=torch.bfloat16)
    return nullcontext()


class TrainingRun:
    """One run, from the encoder or from `weights` of an earlier run.

    `resume` goes on from the folder's checkpoint, with the batches that come next.
    """

    def __init__(
        self,
        config: TrainingConfig,
        sources: Mapping[str, FeatureSource],
        folder: RunFolder,
        *,
        samples: Sequence[DevSample] = (),
        tokenizer: PairTokenizer,
        weights: Mapping[str, Tensor] | None = None,
        resume: bool = False,
    ) -> None:
        new_seed(config.seed)
        self.config, self.sources, self.folder = config, sources, folder
        self.samples, self.tokenizer = samples, tokenizer
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        # On a CPU the fused attention's backward pass is the slower one.
        attention = "sdpa" if self.device.type == "cuda" else "eager"
        self.model: SpanModel = build_model(config.encoder, attention).to(self.device)
        if weights is not None:
            self.model.load_state_dict(weights)
        self.optimizer = build_optimizer(self.model, config.optimizer)
        self.average: WeightAverage | None = None
        self.step, self.tokens = 0, 0
        if resume:
            self._restore(load_checkpoint(folder.checkpoint))
        compiled = torch.compile(self.model, dynamic=True) if config.run.compile else self.model
        self._forward: nn.Module = compiled  # type: ignore[assignment]

    def train(self) -> None:
        """Runs until the schedule's total, then writes the averaged weights."""
        total = self.config.schedule.total_tokens
        saved = looked = time.monotonic()
        self.model.train()
        for batch in islice(batches(self.sources, self.config), self.step, None):
            if self.tokens >= total:
                break
            self._learn(batch)
            now = time.monotonic()
            if now - saved > self.config.run.checkpoint_minutes * 60:
                self.save()
                saved = now
            if now - looked > self.config.run.evaluate_minutes * 60:
                self.look()
                looked = time.monotonic()
        self.save()
        if self.average is not None:
            self.average.copy_to(self.model)
        self.look()
        torch.save(self.model.state_dict(), self.folder.weights)

    def save(self) -> None:
        """Writes a checkpoint."""
        average = {} if self.average is None else self.average.weights
        state = self.model.state_dict(), self.optimizer.state_dict()
        save_checkpoint(Checkpoint(self.step, self.tokens, *state, average), self.folder.checkpoint)

    def look(self) -> None:
        """Measures the dev samples and logs the figures."""
        for sample in self.samples:
            with precision(self.device, self.config.run):
                figures = evaluate(self.model, sample, self.tokenizer, self.device)
            self._log({"set": sample.name, **figures})

    def _learn(self, batch: Batch) -> None:
        started = time.monotonic()
        share = trapezoid(self.tokens + batch.tokens, self.config.schedule)
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * share
        batch = batch.to(self.device)
        with precision(self.device, self.config.run):
            logits = run_model(self._forward, batch)
            loss = distilled_loss(logits, batch, self.config.distil)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), self.config.optimizer.clip_norm)
        self.optimizer.step()
        self.step += 1
        self.tokens += batch.tokens
        if in_decay(self.tokens, self.config.schedule):
            if self.average is None:
                self.average = WeightAverage(self.model, self.config.schedule.average_decay)
            self.average.update(self.model)
        if self.step % _LOG_EVERY == 0:
            speed = batch.tokens / (time.monotonic() - started)
            self._log({"loss": loss.item(), "rate": share, "tokens_per_second": speed})

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.step, self.tokens = checkpoint.step, checkpoint.tokens
        self.model.load_state_dict(checkpoint.model)
        self.optimizer.load_state_dict(checkpoint.optimizer)
        if checkpoint.average:
            self.average = WeightAverage(self.model, self.config.schedule.average_decay)
            self.average.weights = {
                name: value.to(self.device) for name, value in checkpoint.average.items()
            }

    def _log(self, figures: dict[str, float | str]) -> None:
        entry = {"step": self.step, "tokens": self.tokens, **figures}
        logger.info("%s", entry)
        self.folder.path.mkdir(parents=True, exist_ok=True)
        with self.folder.log.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")
