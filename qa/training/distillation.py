"""Learning from a larger reader: its distributions beside the annotators' spans.

The teacher is a run of this very training on a larger encoder. It reads the same batches, so that
its tokens are the student's (Hinton, Vinyals and Dean 2015, https://arxiv.org/abs/1503.02531).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from qa.training.batches import Batch
from qa.training.checkpoint import load_weights
from qa.training.config import DistilConfig
from qa.training.model import RELEVANCE_WEIGHT, Logits, SpanModel, build_model, run_model


@dataclass(frozen=True, slots=True)
class Teacher:
    """A trained model in evaluation mode, and how much it has to say."""

    model: SpanModel
    share: float
    temperature: float

    def blend(self, loss: Tensor, student: Logits, batch: Batch) -> Tensor:
        """The annotators' loss and the teacher's, each with its share."""
        with torch.no_grad():
            taught = run_model(self.model, batch)
        lesson = self._divergence(taught.start, student.start)
        lesson = (lesson + self._divergence(taught.end, student.end)) / 2
        relevance = functional.binary_cross_entropy_with_logits(
            student.relevance, torch.sigmoid(taught.relevance)
        )
        return (1 - self.share) * loss + self.share * (lesson + RELEVANCE_WEIGHT * relevance)

    def _divergence(self, taught: Tensor, student: Tensor) -> Tensor:
        """Kullback-Leibler divergence of softened distributions; its gradient does not shrink."""
        softened = functional.kl_div(
            functional.log_softmax(student / self.temperature, dim=-1),
            functional.log_softmax(taught / self.temperature, dim=-1),
            reduction="batchmean",
            log_target=True,
        )
        return softened * self.temperature**2


def load_teacher(config: DistilConfig, device: torch.device) -> Teacher | None:
    """The teacher that the configuration names, or None where it names none."""
    if not config.weights:
        return None
    model = build_model(config.encoder)
    model.load_state_dict(load_weights(Path(config.weights)))
    return Teacher(model.eval().to(device), config.share, config.temperature)
