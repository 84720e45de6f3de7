"""Learning from a larger reader: its distributions beside the annotators' spans.

The teacher is a run of this very training on a larger encoder; `qa.training.teach` writes down what
it says of each input (Hinton, Vinyals and Dean 2015, https://arxiv.org/abs/1503.02531).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from qa.training.batches import Batch
from qa.training.config import DistilConfig
from qa.training.model import RELEVANCE_WEIGHT, Logits, in_reach, losses_of


def distilled_loss(logits: Logits, batch: Batch, config: DistilConfig) -> Tensor:
    """The mean over the batch, a scalar: the annotators' loss, and `config.share` of the teacher's.

    An input without a lesson has the annotators' alone.
    """
    share = batch.has_lesson * config.share
    start = _divergence(batch.lesson_start, logits.start, batch.allowed, config.temperature)
    end = _divergence(batch.lesson_end, logits.end, batch.allowed, config.temperature)
    relevance = functional.binary_cross_entropy_with_logits(
        logits.relevance, torch.sigmoid(batch.lesson_relevance), reduction="none"
    )
    from_teacher = (start + end) / 2 + RELEVANCE_WEIGHT * relevance
    return ((1 - share) * losses_of(logits, batch) + share * from_teacher).mean()


def _divergence(teacher: Tensor, student: Tensor, allowed: Tensor, temperature: float) -> Tensor:
    """Kullback-Leibler divergence of the student from the teacher in nats, shape (batch,).

    Both are softened by the temperature; its square keeps the gradient from shrinking (section 2 of
    the paper).
    """
    taught = functional.log_softmax(in_reach(teacher, allowed) / temperature, dim=-1)
    learnt = functional.log_softmax(student / temperature, dim=-1)
    softened = functional.kl_div(learnt, taught, reduction="none", log_target=True)
    return softened.sum(-1) * temperature**2
