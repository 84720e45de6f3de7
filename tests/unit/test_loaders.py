from __future__ import annotations

import codecs
import errno
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Draft, identify
from index.errors import InputMissingError
from index.loaders import SUFFIXES, LoadLimits, Overrides, Refusal, discover, load, load_bytes

TEXT = "Bridge closes\n\nIt was closed on Monday.\n"


def write(path: Path, content: str | bytes = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **given: object) -> Draft:
    (draft,) = load(path, **given)  # type: ignore[arg-type]
    assert isinstance(draft, Draft), draft
    return draft


def refused(path: Path, **given: object) -> str:
    (refusal,) = load(path, **given)  # type: ignore[arg-type]
    assert isinstance(refusal, Refusal), refusal
    assert refusal.name == str(path)
    return refusal.reason


# ---- which files ----


def test_a_folder_means_its_files_of_known_formats_sorted(tmp_path: Path) -> None:
    wanted = [write(tmp_path / name) for name in ("a.txt", "b/c.MD", "b/d/e.jsonl", "z.html")]
    for name in ("picture.png", "notes", ".hidden.txt", ".git/x.txt", "a.txt.meta.json"):
        write(tmp_path / name)
    assert discover([tmp_path]) == wanted


def test_a_file_named_twice_and_within_its_folder_is_found_once(tmp_path: Path) -> None:
    file = write(tmp_path / "a.txt")
    (tmp_path / "b.txt").symlink_to(file)
    assert discover([file, tmp_path, tmp_path / "." / "a.txt"]) == [file]


def test_a_named_file_is_kept_whatever_it_is_but_a_sidecar_is_not(tmp_path: Path) -> None:
    picture = write(tmp_path / "picture.png")
    hidden = write(tmp_path / ".hidden.txt")
    sidecar = write(tmp_path / "a.txt.meta.json", "{}")
    assert discover([picture, hidden, sidecar]) == [hidden, picture]


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="nowhere"):
        discover([tmp_path, tmp_path / "nowhere"])


def test_links_that_go_round_or_nowhere_do_no_harm(tmp_path: Path) -> None:
    file = write(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "round").symlink_to(tmp_path)
    (tmp_path / "in" / "broken.txt").symlink_to(tmp_path / "gone.txt")
    assert discover([tmp_path]) == [file]


class Unlistable:
    """Lists folders as the system does, but for one: permissions do not hold for root."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listing = os.scandir

    def __call__(self, path: str) -> object:
        if Path(path) == self._folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return self._listing(path)


def test_a_folder_that_cannot_be_listed_is_refused_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [write(tmp_path / name) for name in ("a.txt", "c/d.txt")]
    write(tmp_path / "b" / "unseen.txt")
    monkeypatch.setattr(os, "scandir", Unlistable(tmp_path / "b"))
    assert discover([tmp_path]) == [wanted[0], tmp_path / "b", wanted[1]]
    assert "folder that cannot be listed" in refused(tmp_path / "b")


def test_a_named_folder_that_cannot_be_listed_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "scandir", Unlistable(tmp_path))
    with pytest.raises(InputMissingError, match="Permission denied"):
        discover([tmp_path])


# ---- what is refused ----


def test_an_unknown_format_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    for name in ("picture.png", "noname"):
        reason = refused(write(tmp_path / name))
        assert all(suffix in reason for suffix in SUFFIXES)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_empty_file_is_refused(tmp_path: Path, suffix: str) -> None:
    assert "empty" in refused(write(tmp_path / f"a{suffix}", ""))


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_a_file_of_blanks_is_refused(tmp_path: Path, suffix: str) -> None:
    results = list(load(write(tmp_path / f"a{suffix}", " \n\t\r\n \xa0")))
    assert all(isinstance(result, Refusal) for result in results)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_a_100_mb_file_is_refused_by_its_size_and_not_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"big{suffix}"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)  # sparse: reading it would find NULs, not its size
    limits = LoadLimits(max_jsonl_bytes=50_000_000)
    reason = refused(path, limits=limits)
    assert "100,000,000" in reason
    assert "50,000,000" in reason


def test_the_size_limit_can_be_set(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    reason = refused(path, limits=LoadLimits(max_file_bytes=10))
    assert "limit of 10; split it or raise DATELINE_MAX_FILE_BYTES" in reason
    assert read(path, limits=LoadLimits(max_file_bytes=len(TEXT)))


@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_nul_characters_are_refused_with_their_place(tmp_path: Path, suffix: str) -> None:
    assert "offset 4" in refused(write(tmp_path / f"a{suffix}", "four\0."))


def test_text_cut_in_the_middle_of_a_pair_is_refused(tmp_path: Path) -> None:
    data = codecs.BOM_UTF16_LE + "smile 😀".encode("utf-16-le")[:-2]
    assert "UTF-16" in refused(write(tmp_path / "a.txt", data))


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "regular" in refused(tmp_path / "pipe.txt")
    assert "cannot be read" in refused(tmp_path / "gone.txt")


def test_a_name_that_is_not_utf_8_can_still_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Just words, no headline.")
    (draft,) = load(path)
    assert isinstance(draft, Draft)
    assert draft.title.encode() == b"caf\\udce9"
    assert draft.name.encode().endswith(b"caf\\udce9.txt")


@given(st.sampled_from(sorted(SUFFIXES - {".pdf"})), st.binary(max_size=300))
def test_any_bytes_become_articles_or_refusals(suffix: str, data: bytes) -> None:
    for result in load_bytes(f"a{suffix}", data):
        assert result.name.startswith("a")
        if isinstance(result, Draft):
            result.body.encode()
            assert result.body.strip()
        else:
            assert result.reason


# ---- which article it is ----


def test_files_without_a_title_are_told_apart_though_they_have_one_name(tmp_path: Path) -> None:
    page = "<html><body><article><p>{}</p></article></body></html>"
    first = write(tmp_path / "a" / "index.html", page.format("It rained all day in the harbour."))
    second = write(tmp_path / "b" / "index.html", page.format("The sun shone over the bakery."))
    one, other = read(first), read(second)
    assert one.title == other.title == "index"
    assert identify(one) != identify(other)
    assert identify(one) == identify(read(first))
    (sent,) = load_bytes("index.html", first.read_bytes())
    assert isinstance(sent, Draft)
    assert identify(sent) == identify(one)


def test_a_title_alone_makes_the_id_even_where_it_is_the_file_s_name(tmp_path: Path) -> None:
    path = write(tmp_path / "Bridge closes.txt")
    draft = read(path)
    assert draft.title == path.stem
    assert identify(draft) == identify(Draft(body="Another.", title="Bridge closes"))


# ---- metadata ----

SIDECAR = {
    "id": "bridge-1",
    "title": "From the sidecar",
    "source": "The Daily",
    "author": "Ann Lee",
    "url": "https://daily.example/bridge",
    "published_at": "2021-03-04",
}


def test_a_sidecar_says_what_the_file_does_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.json", json.dumps(SIDECAR))
    assert read(path) == Draft(
        body=TEXT,
        title="From the sidecar",
        id="bridge-1",
        source="The Daily",
        author="Ann Lee",
        url="https://daily.example/bridge",
        published_at=date(2021, 3, 4),
        name=str(path),
    )


def test_overrides_come_before_the_sidecar_and_that_before_the_file(tmp_path: Path) -> None:
    head = "title: F\nsource: F\nauthor: F\ndate: 2001-01-01\n"
    path = write(tmp_path / "a.md", f"---\n{head}---\nWords.\n")
    write(
        tmp_path / "a.md.meta.json",
        json.dumps({"title": "S", "source": "S", "published_at": "2002-02-02"}),
    )
    draft = read(path, overrides=Overrides(title="O", published_at=date(2003, 3, 3)))
    assert (draft.title, draft.source, draft.author) == ("O", "S", "F")
    assert draft.published_at == date(2003, 3, 3)
    assert read(path).published_at == date(2002, 2, 2)


def test_an_ambiguous_date_in_the_sidecar_is_said_even_where_the_file_has_one(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.md", "---\ndate: 2001-01-01\n---\nWords.\n")
    write(tmp_path / "a.md.meta.json", '{"published_at": "4/3/18"}')
    draft = read(path)
    assert draft.published_at == date(2001, 1, 1)
    assert "4/3/18" in draft.warnings[0]


@pytest.mark.parametrize("content", ["{", "[]", '{"title": {}}', "[" * 100_000, "\xff\xfe"])
def test_a_sidecar_that_cannot_be_used_refuses_its_file(tmp_path: Path, content: str) -> None:
    path = write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.json", content)
    assert "sidecar" in refused(path)


def test_keys_of_a_sidecar_that_mean_nothing_are_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.json", '{"pubished_at": "2021-03-04"}')
    assert "pubished_at" in read(path).warnings[0]


def test_an_id_that_no_archive_can_keep_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    write(tmp_path / "a.txt.meta.json", '{"id": "two words"}')
    assert "two words" in refused(path)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "daily.example", "http://", "file:///etc"])
def test_a_url_no_page_should_link_to_is_left_out_with_a_warning(url: str) -> None:
    (draft,) = load_bytes("a.txt", TEXT.encode(), overrides=Overrides(url=url))
    assert isinstance(draft, Draft)
    assert draft.url is None
    assert url in draft.warnings[0]


def test_an_upload_is_read_as_its_file_would_be(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    (sent,) = load_bytes(str(path), TEXT.encode())
    assert sent == read(path)


def test_importing_the_package_loads_no_format_library() -> None:
    code = (
        "import sys, index.loaders; print(*sys.modules.keys() & {'trafilatura', 'lxml', 'docx', "
        "'pypdfium2', 'charset_normalizer', 'yaml', 'frontmatter', 'subprocess', 'zipfile'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
