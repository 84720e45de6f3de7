"""AdamW with layer-wise learning rates, a trapezoid schedule, and a moving average of weights."""

from __future__ import annotations

import re
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from qa.training.config import OptimizerConfig, ScheduleConfig

_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")


def build_optimizer(model: nn.Module, config: OptimizerConfig) -> torch.optim.AdamW:
    """AdamW; each layer below the deepest learns `layer_decay` times slower.

    Source: discriminative fine-tuning, Howard and Ruder 2018.

    Biases and normalisation weights do not decay. Each group keeps its full rate as `peak`.

    Raises:
        ValueError: more layers are to be frozen than there are, or embeddings below frozen layers
            are to learn.
    """
    layers = 1 + max(
        (int(match[1]) for name, _ in model.named_parameters() if (match := _LAYER.search(name))),
        default=-1,
    )
    if config.frozen_layers > layers:
        raise ValueError(f"frozen_layers is {config.frozen_layers}; there are {layers}")
    if config.frozen_layers and config.train_embeddings:
        raise ValueError("train_embeddings and frozen_layers exclude one another")
    for name, parameter in model.named_parameters():
        if _is_frozen(name, config):
            parameter.requires_grad_(False)
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((_rate(name, layers, config), decay), []).append(parameter)
    return torch.optim.AdamW(
        [
            {"params": parameters, "lr": rate, "peak": rate, "weight_decay": decay}
            for (rate, decay), parameters in groups.items()
        ],
        betas=(0.9, 0.98),
        eps=1e-6,
    )


def _is_frozen(name: str, config: OptimizerConfig) -> bool:
    if "word_embeddings" in name or "position_embeddings" in name:
        return not config.train_embeddings
    match = _LAYER.search(name)
    # What belongs to no layer, MPNet's shared position bias too, is frozen with the lowest.
    depth = int(match[1]) if match else 0
    return name.startswith("encoder.") and depth < config.frozen_layers


def _rate(name: str, layers: int, config: OptimizerConfig) -> float:
    if not name.startswith("encoder."):
        return config.head_learning_rate
    match = _LAYER.search(name)
    depth = layers - 1 - int(match[1]) if match else layers  # embeddings lie below layer 0
    return config.learning_rate * config.layer_decay**depth


def trapezoid(tokens: int, config: ScheduleConfig) -> float:
    """The share of the full rate after `tokens`: warm-up, stable, linear decay to zero.

    The stable phase does not depend on the total, so that a run can be cut short or drawn out
    (Zhai et al. 2022, https://arxiv.org/abs/2106.04560, section 3.5).
    """
    if tokens < config.warmup_tokens:
        return tokens / config.warmup_tokens
    decay = config.total_tokens * config.decay_share
    return max(0.0, min(1.0, (config.total_tokens - tokens) / decay))


def in_decay(tokens: int, config: ScheduleConfig) -> bool:
    """Whether the run has left the stable phase."""
    return tokens > config.total_tokens * (1 - config.decay_share)


class WeightAverage:
    """An exponential moving average of the weights that learn."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self.weights = {name: value.detach().clone() for name, value in _learning(model)}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Moves the average towards the model's weights."""
        for name, value in _learning(model):
            self.weights[name].lerp_(value, 1 - self._decay)

    @torch.no_grad()
    def copy_to(self, model: nn.Module) -> None:
        """Puts the average into the model."""
        for name, value in _learning(model):
            value.copy_(self.weights[name])


def _learning(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    return ((name, value) for name, value in model.named_parameters() if value.requires_grad)
