"""What the pipeline needs to know, read from `DATELINE_*` variables and `.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import platformdirs
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.embedding import DEFAULT_MODEL
from qa.reader import DEFAULT_READER


class PipelineSettings(BaseSettings):
    """Settings of the archive and of the way from a question to an answer."""

    model_config = SettingsConfigDict(
        env_prefix="DATELINE_", env_file=".env", extra="ignore", frozen=True
    )

    archive: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("dateline", appauthor=False),
        description="Folder of the archive.",
    )
    model: str = Field(
        DEFAULT_MODEL,
        description="Embedding model: the default, or any sentence-transformers model by hub id "
        "(`name` or `name@revision`) or folder.",
    )
    reader: str = Field(
        DEFAULT_READER,
        description="Reader: `default` (the trained span reader), `sentence` (the sentence most "
        "like the question), or a Hugging Face question-answering model by hub id or folder.",
    )
    chunk_tokens: int = Field(
        128,
        ge=16,
        le=480,
        description="Most tokens of a passage. A change needs `rebuild --embed`.",
    )
    overlap_tokens: int = Field(
        32, ge=0, description="Most tokens a passage repeats from the one before. As above."
    )
    retrieve_depth: int = Field(
        100, ge=1, le=1000, description="Passages each view gives to the fusion."
    )
    dense_weight: float = Field(
        0.6, ge=0, le=1, description="Share of the dense view in the fused score."
    )
    passages_read: int = Field(
        8, ge=1, le=100, description="Passages that the reader reads for one question."
    )
    threshold: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Confidence below which the answer is that the archive does not say; the "
        "reader's own when not set.",
    )
    threads: int = Field(
        0, ge=0, description="Processor threads of one model run; 0 for one a core."
    )
    max_file_bytes: int = Field(
        50_000_000, ge=1, description="Largest file that is taken in, in bytes."
    )

    @model_validator(mode="after")
    def _overlap_fits(self) -> Self:
        if self.overlap_tokens >= self.chunk_tokens:
            raise ValueError(
                f"overlap_tokens ({self.overlap_tokens}) must be less than chunk_tokens "
                f"({self.chunk_tokens})"
            )
        return self
