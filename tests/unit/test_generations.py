"""What is on disk of a view is current as a whole or not at all."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from index.generations import MANIFEST, Generations, Manifest

FILES = {"a.bin": b"alpha" * 100, "b.bin": b"beta" * 100}


def writer(files: dict[str, bytes]):  # type: ignore[no-untyped-def]
    def write(new: Path, _old: Path | None) -> None:
        for name, content in files.items():
            (new / name).write_bytes(content)

    return write


def loaded(generations: Generations) -> dict[str, bytes] | None:
    """What a view would read, or None where it is to be built anew."""
    content: dict[str, bytes] = {}

    def load(manifest: Manifest, folder: Path) -> None:
        content.clear()
        content.update({name: (folder / name).read_bytes() for name in manifest.files})

    return content if generations.read(load) else None


@pytest.fixture
def kept(tmp_path: Path) -> Generations:
    generations = Generations(tmp_path, "origin")
    generations.publish(7, writer(FILES))
    return generations


def test_an_empty_folder_has_no_generation(tmp_path: Path) -> None:
    assert Generations(tmp_path / "new" / "folder", "origin").current() is None
    assert loaded(Generations(tmp_path, "origin")) is None


def test_what_was_published_is_loaded(kept: Generations) -> None:
    manifest = kept.current()
    assert manifest is not None
    assert manifest.sequence == 7
    assert loaded(kept) == FILES


def test_the_newest_takes_the_place_of_the_last(kept: Generations, tmp_path: Path) -> None:
    kept.publish(8, writer({"c.bin": b"gamma"}))
    assert loaded(kept) == {"c.bin": b"gamma"}
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


def test_a_view_of_something_else_is_ignored(kept: Generations, tmp_path: Path) -> None:
    assert loaded(Generations(tmp_path, "another archive")) is None
    assert loaded(kept) == FILES


def test_a_linked_file_is_neither_copied_nor_hashed_again(
    kept: Generations, tmp_path: Path
) -> None:
    def write(new: Path, old: Path | None) -> None:
        assert old is not None
        (new / "a.bin").hardlink_to(old / "a.bin")
        (new / "c.bin").write_bytes(b"gamma")

    before = kept.current()
    assert before is not None
    inode = (kept.folder(before) / "a.bin").stat().st_ino
    after = kept.publish(8, write)
    assert (kept.folder(after) / "a.bin").stat().st_ino == inode
    assert after.files["a.bin"] == before.files["a.bin"]
    assert loaded(kept) == {"a.bin": FILES["a.bin"], "c.bin": b"gamma"}


def damage_flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def damage_truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def damage_delete(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [damage_flip, damage_truncate, damage_delete])
@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_file_means_building_anew_and_is_logged(
    kept: Generations, name: str, damage, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = kept.current()
    assert manifest is not None
    damage(kept.folder(manifest) / name)
    with caplog.at_level(logging.WARNING):
        assert loaded(kept) is None
    assert name in caplog.text
    assert "rebuilding" in caplog.text


def test_no_flipped_bit_of_the_manifest_is_believed(kept: Generations, tmp_path: Path) -> None:
    path = tmp_path / MANIFEST
    good = path.read_bytes()
    true = kept.current()
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1
        path.write_bytes(bytes(bad))
        # A changed blank between two fields means nothing; anything else must be noticed.
        assert kept.current() in (None, true), f"byte {place}: {chr(good[place])!r}"
    path.write_bytes(good)
    assert kept.current() == true


@pytest.mark.parametrize(
    "content", ["", "null", "[]", "{}", '{"manifest": 3, "sha256": 4}', "\xff"]
)
def test_a_manifest_that_is_something_else_means_building_anew(
    kept: Generations, tmp_path: Path, content: str
) -> None:
    (tmp_path / MANIFEST).write_text(content, encoding="latin-1")
    assert kept.current() is None


def test_a_half_written_generation_is_never_seen_and_is_cleared_away(
    kept: Generations, tmp_path: Path
) -> None:
    half = tmp_path / "000000000008-deadbeef"
    half.mkdir()
    (half / "a.bin").write_bytes(b"half")
    (tmp_path / "000000000008-deadbeef.json").write_text(json.dumps({"half": True}))
    assert loaded(kept) == FILES
    kept.publish(9, writer(FILES))
    assert sorted(path.name for path in tmp_path.iterdir() if "deadbeef" in path.name) == []


def test_a_failed_write_leaves_the_last_generation_current(
    kept: Generations, tmp_path: Path
) -> None:
    def fails(new: Path, _old: Path | None) -> None:
        (new / "a.bin").write_bytes(b"half")
        raise KeyboardInterrupt

    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        kept.publish(8, fails)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert loaded(kept) == FILES


def test_a_generation_dropped_while_it_is_read_gives_way_to_the_next(
    kept: Generations, tmp_path: Path
) -> None:
    """Another process publishes between this one's look at the manifest and at the files."""
    other = Generations(tmp_path, "origin")
    seen: list[int] = []

    def load(manifest: Manifest, folder: Path) -> None:
        seen.append(manifest.sequence)
        if len(seen) == 1:
            other.publish(8, writer(FILES))
        assert {name: (folder / name).read_bytes() for name in manifest.files} == FILES

    assert kept.read(load)
    assert seen == [7, 8]


def test_a_loader_that_fails_on_sound_files_means_building_anew(kept: Generations) -> None:
    def load(_manifest: Manifest, _folder: Path) -> None:
        raise RuntimeError("another release wrote this")

    assert not kept.read(load)
