"""Files are whole or not there, and a disk that refuses leaves what was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from finews_crawler.archive.files import append_line, cut_half_line, last_line, stage, sweep, write_whole


def test_a_write_leaves_no_temporary_file(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "a" / "post.md", b"one")
    assert not write_whole(tmp_path / "a" / "post.md", b"one")
    assert write_whole(tmp_path / "a" / "post.md", b"two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()} == {"post.md": b"two"}


def test_a_post_can_be_read_by_whoever_the_mask_lets(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_whole(tmp_path / "post.md", b"one")
    finally:
        os.umask(mask)
    assert (tmp_path / "post.md").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "post.md").mkdir()
    with pytest.raises(OSError, match="post"):
        write_whole(tmp_path / "post.md", b"one")
    assert [path.name for path in tmp_path.iterdir()] == ["post.md"]


def test_a_line_that_does_not_fit_leaves_no_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "rejected.jsonl"
    append_line(file, b"one")

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("finews_crawler.archive.files.os.fsync", no_space)
        with pytest.raises(OSError, match="No space left"):
            append_line(file, b"two")
    append_line(file, b"three")
    assert file.read_bytes() == b"one\nthree\n"


def test_what_is_staged_is_not_there_until_it_is_published(tmp_path: Path) -> None:
    staged = stage(tmp_path / "post.md", b"one")
    assert staged
    assert not (tmp_path / "post.md").exists()
    assert not list(tmp_path.glob("*.md"))
    staged.publish()
    assert [path.name for path in tmp_path.iterdir()] == ["post.md"]
    assert stage(tmp_path / "post.md", b"one") is None


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    stage(tmp_path / "post.md", b"one")
    assert len(list(tmp_path.iterdir())) == 1
    sweep(tmp_path)
    sweep(tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


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
def test_a_file_without_a_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "rejected.jsonl"
    file.write_bytes(content)
    cut_half_line(file)
    assert file.read_bytes() == b""
    assert last_line(file) == b""
