"""What an archive was made with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """What passages and vectors were made with; one archive has one."""

    model: str
    """Fingerprint of the embedding model."""
    dimensions: int
    chunk_tokens: int
    overlap_tokens: int

    def to_json(self) -> str:
        """As the archive keeps it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """As the archive kept it."""
        return cls(**json.loads(text))

    def __str__(self) -> str:
        return (
            f"the embedding model {self.model} and passages of {self.chunk_tokens} tokens "
            f"(overlap {self.overlap_tokens})"
        )
