"""A body cut into passages: runs of whole sentences that fit a budget of tokens.

The law: for every passage `body[start:end]` is its text, passages come in order of their starts,
and together they cover the body from its first character to its last. White space after a sentence
belongs to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from unicodedata import category

import sentencex

from index.article import TextSpan
from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_TOKEN = 100
"""Characters. BERT's tokenizer reads a longer word as one unknown token."""


class TokenCounter(Protocol):
    """What chunking needs of an embedding model: how it cuts text into tokens."""

    def token_ends(self, texts: Sequence[str]) -> list[list[int]]:
        """For each text, the offsets (in code points) at which its tokens end, ascending."""
        ...


class Model(Protocol):
    """What is to be known of a model before passages are cut for it."""

    @property
    def fingerprint(self) -> str:
        """Which model this is."""
        ...

    @property
    def max_tokens(self) -> int:
        """Its longest input in tokens."""
        ...


@dataclass(frozen=True, slots=True)
class Chunker:
    """Packs sentences into passages.

    Args:
        tokens: the most tokens a passage may have; a longer sentence is cut between words.
        overlap: the most tokens that a passage repeats from the one before, in whole sentences.
        language: ISO 639-1 code of the sentence splitter's rules.
    """

    tokens: int = 128
    overlap: int = 32
    language: str = "en"

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.tokens:
            raise ValueError(
                f"the overlap ({self.overlap}) must be less than a passage's tokens ({self.tokens})"
            )

    def check_fits(self, model: Model) -> None:
        """Refuse passages longer than a model reads: it would not see their ends.

        Raises:
            ModelError: they are.
        """
        if self.tokens > model.max_tokens:
            raise ModelError(
                f"passages of {self.tokens} tokens are too long for the embedding model "
                f"{model.fingerprint}, which reads {model.max_tokens}; set DATELINE_CHUNK_TOKENS "
                f"to {model.max_tokens} or less, and embed an archive that was made so again with "
                "`dateline rebuild --embed`"
            )

    def spans(self, body: str, counter: TokenCounter) -> list[TextSpan]:
        """Where the passages of a body stand; none for a body without a visible character."""
        if not any(sign.isprintable() and sign != " " for sign in body):
            return []
        pieces = self._pieces(body, counter)
        spans: list[TextSpan] = []
        first = 0
        while first < len(pieces):
            last, used = first, 0
            while last < len(pieces) and (last == first or used + pieces[last][1] <= self.tokens):
                used += pieces[last][1]
                last += 1
            spans.append(TextSpan(pieces[first][0].start, pieces[last - 1][0].end))
            if last == len(pieces):
                break
            first = self._step_back(pieces, first, last)
        return spans

    def _step_back(self, pieces: Sequence[tuple[TextSpan, int]], first: int, last: int) -> int:
        """Where the next passage begins, so that it repeats at most `overlap` tokens."""
        room = min(self.overlap, self.tokens - pieces[last][1])
        begin = last
        while begin - 1 > first and pieces[begin - 1][1] <= room:
            begin -= 1
            room -= pieces[begin][1]
        return begin

    def _pieces(self, body: str, counter: TokenCounter) -> list[tuple[TextSpan, int]]:
        """Sentences, cut where they are over the budget, each with its number of tokens."""
        sentences = _with_blanks(body, sentence_spans(body, self.language))
        ends = counter.token_ends([body[s.start : s.end] for s in sentences])
        pieces: list[tuple[TextSpan, int]] = []
        for sentence, token_ends in zip(sentences, ends, strict=True):
            text = body[sentence.start : sentence.end]
            pieces += self._fitting(body, sentence, _with_long_words_cut(text, token_ends))
        return pieces

    def _fitting(
        self, body: str, sentence: TextSpan, token_ends: Sequence[int]
    ) -> list[tuple[TextSpan, int]]:
        pieces: list[tuple[TextSpan, int]] = []
        start, token = sentence.start, 0
        while len(token_ends) - token > self.tokens:
            window = range(token + self.tokens, token + self.tokens // 2, -1)
            at = {cut: sentence.start + token_ends[cut - 1] for cut in window}
            # Between words if possible, else beside punctuation, else inside a word.
            cut = next(
                (
                    cut
                    for fits in (_between_words, _beside_punctuation)
                    for cut in window
                    if fits(body, at[cut])
                ),
                window[0],
            )
            end = at[cut]
            if end > start:
                pieces.append((TextSpan(start, end), cut - token))
                start = end
            token = cut
        pieces.append((TextSpan(start, sentence.end), len(token_ends) - token))
        return pieces


def sentence_spans(body: str, language: str = "en") -> list[TextSpan]:
    """Where the sentences of a text stand; they tile it without a gap."""
    spans: list[TextSpan] = []
    position = 0
    for boundary in sentencex.get_sentence_boundaries(language, body):
        end = boundary["end_index"]
        if end > position:
            spans.append(TextSpan(position, end))
            position = end
    if position < len(body):
        spans.append(TextSpan(position, len(body)))
    return spans


def _with_blanks(body: str, spans: Sequence[TextSpan]) -> list[TextSpan]:
    """The same tiling with every stretch of white space joined to what stands before it."""
    joined: list[TextSpan] = []
    for start, end in spans:
        text = body[start:end]
        words = end - len(text.lstrip())
        if joined and words > start:
            joined[-1] = TextSpan(joined[-1].start, words)
        if words == end and joined:
            continue
        after_blank = len(joined) == 1 and body[joined[0].start : joined[0].end].isspace()
        if after_blank:
            joined[0] = TextSpan(joined[0].start, end)
        else:
            joined.append(TextSpan(words if joined else start, end))
    return joined


def _with_long_words_cut(text: str, token_ends: Sequence[int]) -> list[int]:
    """The same ends, and more inside what a model takes for one token however long it is."""
    ends: list[int] = []
    position = 0
    for end in token_ends:
        if end - position > LONGEST_TOKEN:
            word = end - len(text[position:end].lstrip())
            ends += range(word + LONGEST_TOKEN, end, LONGEST_TOKEN)
        ends.append(end)
        position = end
    return ends


def _between_words(body: str, offset: int) -> bool:
    return offset < len(body) and body[offset].isspace()


def _beside_punctuation(body: str, offset: int) -> bool:
    return any(category(sign)[0] == "P" for sign in body[max(offset - 1, 0) : offset + 1])
