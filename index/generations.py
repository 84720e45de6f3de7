"""How a view is kept on disk: whole generations, of which exactly one is current.

A generation is a folder of files. It becomes current when its manifest, which holds the SHA-256 of
every file, replaces the last manifest by one atomic rename. A generation whose files do not match
is never read: the view is then built again from the archive.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MANIFEST = "manifest.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds."""

    origin: str
    """The archive, recipe and format it was made from; another origin means another view."""
    sequence: int
    folder: str
    files: dict[str, str]
    """SHA-256 in hexadecimal, by file name."""

    def to_json(self) -> str:
        """As it is kept, with a checksum of its own: a damaged one must not be believed."""
        content = asdict(self)
        return json.dumps({"manifest": content, "sha256": _checksum(content)}, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """As it was kept.

        Raises:
            ValueError, TypeError, KeyError: this is not what `to_json` wrote.
        """
        kept = json.loads(text)
        if kept["sha256"] != _checksum(kept["manifest"]):
            raise ValueError("its checksum does not match")
        return cls(**kept["manifest"])


class Generations:
    """The generations of one view, in a folder of their own."""

    def __init__(self, root: Path, origin: str) -> None:
        self._root = root
        self._origin = origin

    def current(self) -> Manifest | None:
        """The current generation, or None where there is none of this origin."""
        try:
            manifest = Manifest.from_json((self._root / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            log.warning("view manifest unreadable, rebuilding: %s: %s", self._root, error)
            return None
        return manifest if manifest.origin == self._origin else None

    def folder(self, manifest: Manifest) -> Path:
        """Where the files of a generation are."""
        return self._root / manifest.folder

    def read(self, load: Callable[[Manifest, Path], None]) -> bool:
        """Load the current generation, once every file of it has been checked.

        Another process may publish the next one, and drop this one, at any moment: then that is
        tried instead.

        Args:
            load: given the manifest and the folder of its files; may be called more than once.

        Returns:
            Whether one was loaded; if not, what `load` did is to be thrown away.
        """
        manifest = self.current()
        while manifest:
            folder = self.folder(manifest)
            try:
                if self.verify(manifest):
                    load(manifest, folder)
                    return True
            except (OSError, RuntimeError, ValueError) as error:
                log.warning("view not loadable, rebuilding: %s: %s", folder, error)
            newer = self.current()
            if newer == manifest:
                return False
            manifest = newer
        return False

    def verify(self, manifest: Manifest) -> bool:
        """Whether every file is there and has the content it had when it was written."""
        folder = self.folder(manifest)
        for name, expected in manifest.files.items():
            try:
                actual = _sha256(folder / name)
            except OSError as error:
                log.warning("view file unreadable, rebuilding: %s: %s", folder / name, error)
                return False
            if actual != expected:
                log.warning("view file damaged, rebuilding: %s", folder / name)
                return False
        return True

    def publish(self, sequence: int, write: Callable[[Path, Path | None], None]) -> Manifest:
        """Write a generation and make it current.

        Args:
            sequence: the archive's sequence number it stands for.
            write: puts the files into a new folder; the folder of the current generation is given
                too, so that unchanged files can be hard-linked.
        """
        before = self.current()
        old = self.folder(before) if before else None
        self._root.mkdir(parents=True, exist_ok=True)
        new = self._root / f"{sequence:012d}-{uuid.uuid4().hex[:8]}"
        draft = self._root / f"{new.name}.json"
        new.mkdir()
        try:
            write(new, old)
            files = {
                path.name: self._hash(path, old, before)
                for path in sorted(new.iterdir())
                if path.is_file()
            }
            manifest = Manifest(self._origin, sequence, new.name, files)
            _sync(new)
            draft.write_text(manifest.to_json(), encoding="utf-8")
            _sync(draft)
            draft.replace(self._root / MANIFEST)
            _sync(self._root)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            draft.unlink(missing_ok=True)
            raise
        self._drop_others(new.name)
        return manifest

    def _hash(self, path: Path, old: Path | None, before: Manifest | None) -> str:
        if old and before and path.name in before.files:
            twin = old / path.name
            if twin.exists() and twin.samefile(path):
                return before.files[path.name]
        _sync(path)
        return _sha256(path)

    def _drop_others(self, keep: str) -> None:
        for path in self._root.iterdir():
            if path.name == keep or not path.name[:12].isdigit():
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _checksum(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
