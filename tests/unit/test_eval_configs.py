"""Configurations: where they come from, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.configs import ABLATION, parse_config, settings_of
from eval.errors import ConfigError
from qa.settings import PipelineSettings

HERE = Path()


def test_settings_on_the_command_line_change_the_defaults():
    settings = settings_of(parse_config("dense_weight=0.7,passages_read=12"), HERE)
    assert (settings.dense_weight, settings.passages_read) == (0.7, 12)
    assert settings.chunk_tokens == PipelineSettings.model_fields["chunk_tokens"].default


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("wide.toml", "passages_read = 12\n"),
        ("wide.env", "# more passages\nDATELINE_PASSAGES_READ=12\n\n"),
    ],
)
def test_a_file_gives_its_name_and_settings(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    config = parse_config(str(tmp_path / name))
    assert config.name == "wide"
    assert settings_of(config, HERE).passages_read == 12


def test_the_environment_does_not_come_in(monkeypatch):
    monkeypatch.setenv("DATELINE_PASSAGES_READ", "3")
    default = PipelineSettings.model_fields["passages_read"].default
    assert settings_of(parse_config("default"), HERE).passages_read == default


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pasages_read=3", "there is no setting 'pasages_read'; there are model, reader"),
        ("archive=/tmp", "there is no setting 'archive'"),
        ("passages_read=0", "passages_read: Input should be greater than or equal to 1"),
        ("chunk_tokens=32,overlap_tokens=32", r"overlap_tokens \(32\) must be less"),
        ("passages_read=3,fast", "'fast' in .* is not key=value"),
        ("none.toml", "there is no configuration file none.toml"),
    ],
)
def test_a_wrong_configuration_is_refused(text, reason):
    with pytest.raises(ConfigError, match=reason):
        parse_config(text)


def test_a_broken_toml_file_is_named(tmp_path):
    (tmp_path / "bad.toml").write_text("passages_read =\n")
    with pytest.raises(ConfigError, match=r"bad\.toml is not TOML"):
        parse_config(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize("name", ["bad.toml", "bad.env"])
def test_a_configuration_that_is_not_utf8_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"reader=\xff\n")
    with pytest.raises(ConfigError, match=rf"{name} is not UTF-8"):
        parse_config(str(tmp_path / name))


def test_every_step_of_the_ablation_is_a_configuration():
    settings = [settings_of(config, HERE) for config in ABLATION]
    assert [each.dense_weight for each in settings[:2]] == [0.0, 1.0]
    assert settings[-1] == settings_of(parse_config("default"), HERE)
