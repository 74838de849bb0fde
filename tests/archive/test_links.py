"""Symbolic links in a data directory: what they lead to is neither written nor removed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.exporters.export_archives import archive_in, article, store
from tests.support.scrapy_command import Scrapy

ALL_WELL, NOT_WRITABLE = 0, 6
COMMANDS = {
    "lock": ("rebuild",),
    "index.sqlite": ("rebuild",),
    "index.sqlite-wal": ("runs",),
    "rejected.jsonl": ("rebuild",),
    "site": ("rebuild",),
    "site/_posts": ("rebuild",),
    "site/category": ("rebuild",),
    "site/_posts/2022-05-18-NW202205180000000000.md": ("rebuild",),
    "old_post": ("retire", "--keep-days", "1", "--yes"),
    "site-build": ("site", "build"),
    "feeds/jsonl/articles.jsonl.gz": ("export", "--format", "jsonl"),
}
"""By the path of a link, a command that would write there."""


def contents(folder: Path) -> dict[str, bytes | None]:
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def archive(scrapy: Scrapy) -> Scrapy:
    made = archive_in(scrapy.data)
    store(made, *(article(number, media_name="证券时报") for number in range(3)))
    made.close()
    return scrapy


@pytest.mark.parametrize("name", COMMANDS)
def test_a_link_below_the_data_directory_is_refused_in_one_line(archive: Scrapy, tmp_path: Path, name: str) -> None:
    link, other = archive.data / name, tmp_path / "other"
    other.mkdir()
    target = other / link.name
    if link.exists():
        shutil.move(link, target)
    elif link.suffix or name == "lock":
        target.write_bytes(b"not ours")
    else:
        target.mkdir()
    for post in other.rglob("*.md"):
        post.write_bytes(post.read_bytes() + b"!")
    for category in other.rglob("*.html"):
        category.unlink()  # `rebuild` writes what is missing
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    before = contents(other)
    run = archive(*COMMANDS[name])
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert str(link) in run.log
    assert contents(other) == before
    assert link.is_symlink()


def test_a_data_directory_that_is_a_link_works(archive: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(archive.data)
    linked = archive.into(tmp_path / "link")
    for path in (archive.data / "site").rglob("*.*"):
        path.unlink()
    assert linked("rebuild").status == ALL_WELL
    assert linked("export", "--format", "jsonl").status == ALL_WELL
    assert linked("audit").status == ALL_WELL


def test_a_lock_that_is_a_hard_link_is_replaced(archive: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"not ours")
    os.link(tmp_path / "other", archive.data / "lock")
    assert archive("rebuild").status == ALL_WELL
    assert (tmp_path / "other").read_bytes() == b"not ours"


def test_a_lock_that_is_not_a_file_is_refused_without_waiting(archive: Scrapy) -> None:
    os.mkfifo(archive.data / "lock")
    for command in ("rebuild", "runs"):
        run = archive(command)
        assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
