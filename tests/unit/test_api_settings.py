import re
from pathlib import Path

import pytest

from api.errors import SettingsError
from api.settings import ServiceSettings, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(f"DATELINE_{name.upper()}", raising=False)


def test_a_value_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_PORT", "9000")
    assert load_settings(ServiceSettings, port=None).port == 9000
    assert load_settings(ServiceSettings, port=9001).port == 9001


def test_a_dotenv_file_in_the_folder_counts(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATELINE_QUEUE_SIZE=3\n")
    assert load_settings(ServiceSettings).queue_size == 3


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "abc"), ("PORT", "70000"), ("WORKERS", "0"), ("LOG_LEVEL", "loud")]
)
def test_a_bad_value_is_named_in_one_sentence(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DATELINE_{name}", value)
    with pytest.raises(SettingsError, match=f"DATELINE_{name} is '{value}'") as caught:
        load_settings(ServiceSettings)
    assert "\n" not in str(caught.value)


def test_settings_that_do_not_go_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_OVERLAP_TOKENS", "200")
    with pytest.raises(SettingsError, match="overlap_tokens"):
        load_settings(ServiceSettings)


def test_a_short_key_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_API_KEY", "hunter2")
    with pytest.raises(SettingsError, match="16 or more") as caught:
        load_settings(ServiceSettings)
    assert "hunter2" not in str(caught.value)


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_ALLOWED_HOSTS", "News.example, archive.example")
    assert load_settings(ServiceSettings).allowed_hosts == ("news.example", "archive.example")


def test_every_setting_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `DATELINE_(\w+)`", page, flags=re.MULTILINE))
    assert documented == {name.upper() for name in ServiceSettings.model_fields}


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in ServiceSettings.model_fields.values())
