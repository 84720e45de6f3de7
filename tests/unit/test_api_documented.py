import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from api.app import create_app
from api.cli import app as commands
from api.settings import ServiceSettings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return create_app(ServiceSettings()).openapi()


def test_every_route_is_documented_and_no_other(description: dict[str, Any]) -> None:
    documented = set(re.findall(r"^\| `(\w+) (/[^`]*)`", PAGE, flags=re.MULTILINE))
    routes = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert documented == routes


def test_every_route_describes_itself(description: dict[str, Any]) -> None:
    for methods in description["paths"].values():
        for operation in methods.values():
            assert operation["description"].endswith(".")
            assert operation["tags"]


def test_every_reference_of_the_description_resolves(description: dict[str, Any]) -> None:
    wanted = set(re.findall(r"'#/components/schemas/(\w+)'", str(description)))
    assert wanted <= description["components"]["schemas"].keys()
    assert {"Problem", "ArticlesRequest", "ArticleFields", "AnswerReply"} <= wanted


def test_every_error_is_described_as_a_problem(description: dict[str, Any]) -> None:
    for methods in description["paths"].values():
        for operation in methods.values():
            assert "default" in operation["responses"]
            for status, response in operation["responses"].items():
                if status == "default" or int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"]


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "\n".join(line for line in readme.splitlines() if line.startswith("|"))
    group = typer.main.get_command(commands)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        assert f"`{name}" in table, f"{name} is missing from the README's table of commands"
        for below in getattr(command, "commands", {}):
            assert re.search(rf"`(articles )?{below}`", table), f"{name} {below} is missing"


def test_every_command_has_help() -> None:
    group = typer.main.get_command(commands)
    for command in group.commands.values():  # type: ignore[attr-defined]
        assert command.help
