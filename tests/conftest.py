"""What tests share: a small archive of four articles, made once with the real models."""

from __future__ import annotations

import os
import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest

from index.article import Draft

if TYPE_CHECKING:
    from pathlib import Path

# Set before anything can import a hub client: tests never reach for the network.
os.environ["HF_HUB_OFFLINE"] = "1"

ARTICLES = (
    Draft(
        id="kim-train",
        title="Kim's armoured train reaches Russia",
        source="Harbor Wire",
        author="Ana Petrov",
        url="https://harbor.example/kim-train",
        published_at=date(2023, 9, 12),
        body=(
            "North Korean leader Kim Jong Un crossed into Russia on Tuesday in his private "
            "armoured train, officials in Khasan said.\n\n"
            "Mr. Kim left Pyongyang on Sunday afternoon. He will meet President Vladimir Putin at "
            "the Vostochny Cosmodrome, a space centre in Amur Oblast.\n\n"
            "“It will be a full-scale visit,” Kremlin spokesman Dmitry Peskov told reporters. 🚂\n\n"
            "Reporting by Ana Petrov; editing by Tom Bell"
        ),
    ),
    Draft(
        id="kim-by-rail",
        title="Kim travels by rail to meet Putin",
        source="Courier",
        published_at=date(2023, 9, 13),
        body=(
            "Kim Jong Un travelled to Russia in his private armoured train, which moves at about "
            "50 kilometres an hour.\n\nThe journey from Pyongyang took two days, the Courier learnt."
        ),
    ),
    Draft(
        id="moon-landing",
        title="India lands on the moon",
        source="Harbor Wire",
        published_at=date(2023, 8, 23),
        body=(
            "India's Chandrayaan-3 spacecraft landed near the lunar south pole on Wednesday. The "
            "lander is called Vikram and carries a rover named Pragyan.\r\n\r\n"
            "“India is on the moon,” said S. Somanath, the chairman of the space agency ISRO."
        ),
    ),
    Draft(
        id="bakery",
        title="The bakery on Mill Lane closes after 90 years",
        body=(
            "The bakery on Mill Lane will close on Saturday. Its owner, Greta Holm, said that flour "
            "had become too dear and that nobody wanted to get up at three in the morning any more."
        ),
    ),
)


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive of `ARTICLES`. Not to be changed: see `own_archive`."""
    from qa.factory import open_engine
    from qa.settings import PipelineSettings

    folder = tmp_path_factory.mktemp("small") / "archive"
    engine = open_engine(PipelineSettings(archive=folder), create=True)
    report = engine.ingester.ingest(ARTICLES)
    engine.close()
    assert len(report.added) == len(ARTICLES)
    return folder


@pytest.fixture
def own_archive(small_archive: Path, tmp_path: Path) -> Path:
    """A copy of the small archive that a test may change."""
    folder = tmp_path / "archive"
    shutil.copytree(small_archive, folder)
    return folder
