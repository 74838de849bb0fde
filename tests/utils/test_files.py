"""Atomic writes and appends: files are complete or absent, and a write that fails leaves the old content."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from finews_crawler.utils.files import (
    Staging,
    append,
    append_line,
    cut_back,
    cut_half_line,
    last_line,
    write_whole,
)
from finews_crawler.utils.temporary_files import sweep, sweep_old
from tests.support.file_size_limit import file_size_limit


def test_a_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a" / "post.md", b"one")
    assert not write_whole(tmp_path / "a" / "post.md", b"one")
    assert write_whole(tmp_path / "a" / "post.md", b"two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"post.md": b"two"}


def test_the_mode_of_a_new_file_respects_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_whole(tmp_path / "post.md", b"one")
    finally:
        os.umask(mask)
    assert (tmp_path / "post.md").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "post.md"
    write_whole(file, b"one")
    with file_size_limit(1000), pytest.raises(OSError, match="File too large"):
        write_whole(file, b"two" * 1000)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"post.md": b"one"}


def test_a_folder_in_the_place_of_a_file_is_refused_before_writing(tmp_path: Path) -> None:
    folder = tmp_path / "post.md"
    folder.mkdir()
    with (
        file_size_limit(0),  # an earlier write would fail with another error
        pytest.raises(IsADirectoryError, match="a folder is in the place of a file") as caught,
    ):
        stage(folder, b"one")
    assert (caught.value.errno, caught.value.filename) == (errno.EISDIR, str(folder))
    assert list(tmp_path.iterdir()) == [folder]


def test_append_line_returns_the_size_before(tmp_path: Path) -> None:
    file = tmp_path / "rejected.jsonl"
    assert [append_line(file, line) for line in (b"one", b"two")] == [0, 4]
    assert file.read_bytes() == b"one\ntwo\n"


def test_cut_back_removes_an_appended_line(tmp_path: Path) -> None:
    file = tmp_path / "rejected.jsonl"
    append_line(file, b"one")
    cut_back(file, append_line(file, b"two"))
    assert file.read_bytes() == b"one\n"


def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    file = tmp_path / "rejected.jsonl"
    append_line(file, b"one")
    with file_size_limit(1000), pytest.raises(OSError, match="File too large"):
        append_line(file, b"two" * 1000)
    assert file.read_bytes() == b"one\n"
    append_line(file, b"three")
    assert file.read_bytes() == b"one\nthree\n"


def test_a_staged_file_appears_when_it_is_published(tmp_path: Path) -> None:
    with Staging() as staging:
        staged = staging.stage(tmp_path / "post.md", b"one")
        assert staged
        staged.sync()
        assert not list(tmp_path.glob("*.md"))
        staged.publish()
        assert [path.name for path in tmp_path.iterdir()] == ["post.md"]
        assert staging.stage(tmp_path / "post.md", b"one") is None
        staged.discard()
    assert (tmp_path / "post.md").read_bytes() == b"one"


def test_a_file_that_cannot_be_removed_does_not_hide_the_error_that_made_it_useless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, *, dir_fd: int) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), name)

    with Staging(tmp_path) as staging:
        staged = staging.stage(tmp_path / "post.md", b"one")
        assert staged
        monkeypatch.setattr(os, "unlink", refuse)
        staged.discard()
        with file_size_limit(10), pytest.raises(OSError, match="File too large"):
            staging.stage(tmp_path / "other.md", b"one" * 10)


def test_many_files_of_a_folder_open_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(
        os, "open", lambda path, *rest, do=os.open, **names: opened.append(path) or do(path, *rest, **names)
    )
    with Staging(tmp_path) as staging:
        for number in range(5):
            assert staging.stage(tmp_path / "site" / "_posts" / f"{number}.md", b"one")
    assert len(opened) == 3 + 5  # root, site, _posts, and the temporary files: there is nothing at the paths


def stage(path: Path, content: bytes) -> None:
    """Leave a temporary file, as a kill does."""
    with Staging() as staging:
        staged = staging.stage(path, content)
        assert staged
        staged.sync()


def test_sweep_removes_temporary_files(tmp_path: Path) -> None:
    stage(tmp_path / "post.md", b"one")
    assert len(list(tmp_path.iterdir())) == 1
    sweep(tmp_path)
    sweep(tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_an_interrupted_write_leaves_no_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "post.md", b"one")
    assert not list(tmp_path.iterdir())


def test_sweep_old_removes_ours_a_day_later(tmp_path: Path) -> None:
    for name in ("old.md", "new.md"):
        stage(tmp_path / name, b"one")
    old, new = sorted(path.name for path in tmp_path.iterdir())
    for name in (old, ".mine.part", "abcdef0123.part"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    sweep_old(tmp_path)
    sweep_old(tmp_path / "nowhere")
    assert {path.name for path in tmp_path.iterdir()} == {new, ".mine.part", "abcdef0123.part"}


def test_sweep_removes_only_temporary_files_in_subfolders_too(tmp_path: Path) -> None:
    old = tmp_path / "2022" / "05"
    stage(old / "post.md", b"one")
    stage(tmp_path / "post.md", b"one")
    (old / ".kept.part").mkdir()
    for name in ("post.md", "notes.part", ".hidden"):
        (old / name).write_bytes(b"mine")
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"2022"}
    assert {path.name for path in old.iterdir()} == {".kept.part", "post.md", "notes.part", ".hidden"}


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_the_last_line_and_half_a_line(tmp_path: Path, length: int) -> None:
    file = tmp_path / "rejected.jsonl"
    whole = b"one\n" + b"a" * length + b"b\n"
    file.write_bytes(whole)
    assert last_line(file) == b"a" * length + b"b"
    cut_half_line(file)
    assert file.read_bytes() == whole
    file.write_bytes(whole + b"c" * (length + 1))
    cut_half_line(file)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("content", [b"", b"half"])
def test_last_line_of_a_file_without_lines(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rejected.jsonl"
    file.write_bytes(content)
    cut_half_line(file)
    assert file.read_bytes() == b""
    assert last_line(file) == b""


@pytest.mark.parametrize("before", [b"", b"{}\n", b'{"payload": "' + b"a" * 200_000 + b'"}\n'], ids=len)
def test_a_complete_last_line_gets_its_line_break(tmp_path: Path, before: bytes) -> None:
    file = tmp_path / "rejected.jsonl"
    whole = '{"info_code": "NW202205182383638060", "payload": "标题"}'.encode()
    file.write_bytes(before + whole)
    cut_half_line(file)
    assert file.read_bytes() == before + whole + b"\n"
    cut_half_line(file)
    assert file.read_bytes() == before + whole + b"\n"
    for end in (1, 3, len(whole) - 1):  # within the title's bytes, too
        file.write_bytes(before + whole[:-end])
        cut_half_line(file)
        assert file.read_bytes() == before


def test_deeply_nested_brackets_are_an_incomplete_line(tmp_path: Path) -> None:
    file = tmp_path / "rejected.jsonl"
    file.write_bytes(b"{}\n" + b"[" * 100_000)
    cut_half_line(file)
    assert file.read_bytes() == b"{}\n"


WRITERS: dict[str, Callable[[Path], object]] = {
    "append": lambda path: append(path, b"two\n"),
    "append_line": lambda path: append_line(path, b"two"),
    "cut_back": lambda path: cut_back(path, 0),
    "cut_half_line": cut_half_line,
    "stage": lambda path: stage(path, b"two"),
    "write_whole": lambda path: write_whole(path, b"one"),
}


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_a_linked_file_is_not_written(tmp_path: Path, write: Callable[[Path], object]) -> None:
    (tmp_path / "other").write_bytes(b"one")
    (tmp_path / "link").symlink_to("other")
    with pytest.raises(OSError, match="symbolic link"):
        write(tmp_path / "link")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"other": b"one", "link": b"one"}


def test_sweep_enters_no_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/.a.part").touch()
    (tmp_path / "root/posts").mkdir(parents=True)
    (tmp_path / "root/posts/link").symlink_to(tmp_path / "other")
    (tmp_path / "root/posts/.b.part").touch()
    sweep(tmp_path / "root/posts", tmp_path / "root")
    with pytest.raises(OSError, match="symbolic link"):
        sweep(tmp_path / "root/posts/link", tmp_path / "root")
    assert [path.name for path in tmp_path.rglob("*.part")] == [".a.part"]
