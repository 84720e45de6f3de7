"""Configurations to score: TOML files, `key=value` files, or settings on the command line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import PydanticUndefined

from eval.errors import ConfigError
from qa.settings import PipelineSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Config:
    """A name for tables, and the settings that differ from the defaults."""

    name: str
    changes: Mapping[str, Any]


ABLATION = (
    Config("lexical", {"dense_weight": 0.0, "reader": "sentence"}),
    Config("dense", {"dense_weight": 1.0, "reader": "sentence"}),
    Config("fused", {"reader": "sentence"}),
    Config("fused + reader", {}),
)
"""What each part adds: one view, both views, and the trained reader in place of sentences."""


def parse_config(text: str) -> Config:
    """A configuration from a file, or from settings such as `dense_weight=0.7,passages_read=12`.

    Raises:
        ConfigError: there is no such file, it cannot be read, it is not TOML or `key=value` lines,
            or a setting is unknown or has a value it cannot have.
    """
    if text == DEFAULT:
        return Config(DEFAULT, {})
    path = Path(text)
    if path.is_file():
        config = Config(path.stem, _read(path))
    elif "=" in text:
        config = Config(text, _pairs(text.split(","), text))
    else:
        raise ConfigError(
            f"there is no configuration file {text}; give a .toml file, a file of key=value lines, "
            "or settings such as dense_weight=0.7,passages_read=12"
        )
    settings_of(config, Path())
    return config


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 ({error})") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error})") from error
    if path.suffix != ".toml":
        lines = (line.strip() for line in content.splitlines())
        return _pairs([line for line in lines if line and not line.startswith("#")], str(path))
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML ({error})") from error


def _pairs(pairs: list[str], origin: str) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"{pair!r} in {origin} is not key=value")
        name = key.strip().lower().removeprefix("dateline_")
        changes[name] = value.strip()
    return changes


def settings_of(config: Config, archive: Path) -> PipelineSettings:
    """The full settings; environment variables and `.env` do not come in.

    A figure is of what its configuration says, wherever it was made.

    Raises:
        ConfigError: a setting is unknown, or has a value it cannot have.
    """
    fields = PipelineSettings.model_fields
    if unknown := [name for name in config.changes if name not in fields or name == "archive"]:
        known = ", ".join(name for name in fields if name != "archive")
        raise ConfigError(f"{config.name}: there is no setting {unknown[0]!r}; there are {known}")
    defaults = {
        name: field.default
        for name, field in fields.items()
        if field.default is not PydanticUndefined
    }
    try:
        return PipelineSettings(**{**defaults, **config.changes, "archive": archive})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        raise ConfigError(f"{config.name}: {problem}") from error
