"""What the doors need to know beside the pipeline: `DATELINE_*` variables and `.env`."""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode

from api.errors import SettingsError
from qa.settings import PipelineSettings

S = TypeVar("S", bound=BaseSettings)


class ServiceSettings(PipelineSettings):
    """Settings of the HTTP service, with those of the archive and the pipeline."""

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen at.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen at; 0 for any free one.")
    api_key: SecretStr | None = Field(
        None,
        description="Key that every write must bring. Without one, writes are taken from this "
        "machine alone, and the service refuses to listen beyond loopback.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Names, separated by commas, under which the service may be reached beside "
        "`localhost` and addresses in numbers.",
    )
    max_question_chars: int = Field(
        1000, ge=1, le=100_000, description="Longest question or query, in characters."
    )
    max_body_bytes: int = Field(
        100_000_000, ge=1, description="Largest request that brings articles, in bytes."
    )
    workers: int = Field(
        1, ge=1, le=64, description="Questions that are worked on at the same time."
    )
    queue_size: int = Field(
        16, ge=0, description="Questions that may wait for a worker; more are told to come again."
    )
    job_queue_size: int = Field(
        32, ge=1, description="Ingests that may wait their turn; more are told to come again."
    )
    shutdown_seconds: int = Field(
        20, ge=1, description="How long answers under way may take when the service is stopped."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log lines to write: debug, info, warning or error."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="Log lines as `json` or `text`; auto is text in a terminal."
    )

    def without_reader(self) -> Self:
        """The same for work that reads no passages: no reader's model is loaded for it."""
        return self.model_copy(update={"reader": "sentence"})

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip().lower() for name in value.split(",") if name.strip())
        return value

    @field_validator("api_key")
    @classmethod
    def _usable_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is None or key.get_secret_value() == "":
            return None
        if len(key.get_secret_value()) < 16 or not key.get_secret_value().isascii():
            raise ValueError("a key needs 16 or more ASCII characters")
        return key


def load_settings(kind: type[S], **given: Any) -> S:
    """Settings from the environment and `.env`, with those given (say, by flags) before them.

    Args:
        kind: which settings.
        given: by name; those that are None count as not given.

    Raises:
        SettingsError: some value cannot be used; the message names each.
    """
    try:
        return kind(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        complaints = [_complaint(kind, problem) for problem in error.errors()]
        raise SettingsError(f"{'; '.join(complaints)}; correct it and try again") from None


def _complaint(kind: type[BaseSettings], problem: Any) -> str:
    prefix = kind.model_config.get("env_prefix", "")
    reason = str(problem["msg"]).removeprefix("Value error, ")
    if not problem["loc"]:
        return f"the settings do not go together: {reason}"
    name = str(problem["loc"][0])
    shown = "" if name == "api_key" else f" is {str(problem['input'])[:60]!r}:"
    reason = reason.replace("Input should be", "it should be")
    return f"the setting {prefix}{name.upper()}{shown or ':'} {reason}"
