"""A file that is no archive, or no longer a sound one, is named and left as it is."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from pathlib import Path

import apsw
import pytest

from index.archive import Archive
from index.article import Draft
from index.errors import ArchiveDamagedError, ArchiveError, ArchiveMissingError
from tests.parts import open_world, recipe

FILE = "archive.sqlite"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of some pages, closed."""
    world = open_world(tmp_path_factory.mktemp("sound") / "archive")
    drafts = (
        Draft(id=f"a{number}", body=f"Number {number} said: Zébra. " * 40, title="T")
        for number in range(40)
    )
    world.put(*drafts)
    world.close()
    return world.archive.folder


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return shutil.copytree(sound, tmp_path / "archive")


def prints(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("archive.sqlite*")
    }


def foreign_database(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.execute("CREATE TABLE recipes(x); INSERT INTO recipes VALUES ('soup')")
    db.close()


def later_release(path: Path) -> None:
    foreign_database(path)
    db = apsw.Connection(str(path))
    db.execute(f"PRAGMA application_id = {0x444C4E45}")
    db.execute("PRAGMA user_version = 999")
    db.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b""), "damaged, or no archive"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "damaged, or no archive"),
        (lambda path: path.write_bytes(b"not a database at all" * 1000), "damaged, or no archive"),
        (lambda path: path.write_bytes(bytes(8192)), "damaged, or no archive"),
        (foreign_database, "not a Dateline archive"),
        (later_release, r"another release \(999\)"),
    ],
)
def test_what_is_no_archive_is_refused_and_not_touched(tmp_path: Path, make, said: str) -> None:
    make(tmp_path / FILE)
    before = prints(tmp_path)
    for opening in (Archive, lambda folder: Archive.create(folder, recipe())):
        with pytest.raises(ArchiveDamagedError, match=said) as caught:
            opening(tmp_path)
        assert "left as it was" in str(caught.value).replace("left as it is", "left as it was")
    assert prints(tmp_path) == before


def test_a_folder_in_the_file_s_place_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(ArchiveMissingError):
        Archive(tmp_path)


def read_all(folder: Path) -> None:
    archive = Archive(folder)
    try:
        list(archive.indexed_passages())
        for article in archive.articles(limit=100).articles:
            archive.version(article.id, article.version)
        archive.stats()
    finally:
        archive.close()


def test_a_sound_archive_reads_whole(folder: Path) -> None:
    read_all(folder)


@pytest.mark.parametrize("kept", [100, 512, 4096, 20_000])
def test_a_truncated_file_is_said_to_be_damaged(folder: Path, kept: int) -> None:
    path = folder / FILE
    path.write_bytes(path.read_bytes()[:kept])
    before = prints(folder)
    with pytest.raises(ArchiveDamagedError, match="restore it from a copy"):
        read_all(folder)
    assert prints(folder)[FILE] == before[FILE]


def test_pages_of_rubbish_are_said_to_be_damage_and_never_overwritten(folder: Path) -> None:
    path = folder / FILE
    good = path.read_bytes()
    noticed = 0
    for page in range(1, len(good) // 4096):
        bad = bytearray(good)
        bad[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
        path.write_bytes(bytes(bad))
        # Pages of indexes that this reading does not use go unnoticed; nothing else is raised.
        noticed += 1
        with suppress(ArchiveDamagedError):
            read_all(folder)
            noticed -= 1
        assert path.read_bytes() == bad
    assert noticed > len(good) // 4096 // 2


def test_text_that_is_no_longer_utf8_is_said_to_be_damage(folder: Path) -> None:
    path = folder / FILE
    path.write_bytes(path.read_bytes().replace("Zébra".encode(), b"Z\xff\xffbra"))
    with pytest.raises(ArchiveDamagedError):
        read_all(folder)


def test_writing_to_a_damaged_archive_fails_with_its_message(folder: Path) -> None:
    path = folder / FILE
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(ArchiveError):
        open_world(folder).put(Draft(body="New words."))
