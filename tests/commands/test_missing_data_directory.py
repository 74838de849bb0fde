"""Commands that read an archive refuse a data directory that does not exist, is a file, or has lost its index."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import UnusableIndex
from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

ARGUMENTS, NOT_WRITABLE = 2, 6
COMMANDS = [
    ("audit",),
    ("coverage",),
    ("export", "--format", "jsonl"),
    ("images", "-s", "FINEWS_IMAGE_HOSTS=pictures.test"),
    ("prune", "--yes"),
    ("rebuild",),
    ("reextract",),
    ("retire", "--keep-days", "9"),
    ("runs",),
    ("site", "build"),
    ("site", "serve", "--port", "0"),
]
OF_INDEX = [command for command in COMMANDS if command[0] not in ("audit", "site")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_missing_data_directory_is_named_with_its_absolute_path(scrapy: Scrapy, command: tuple[str, ...]) -> None:
    run = scrapy.into(Path("no-such-folder"))(*command)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert f"the data directory {ROOT / 'no-such-folder'} does not exist" in run.log
    assert not (ROOT / "no-such-folder").exists()


@pytest.mark.parametrize("command", [("runs",), ("site", "build"), ("retire", "--keep-days", "9")], ids=" ".join)
def test_a_data_directory_that_cannot_be_examined_is_one_line(scrapy: Scrapy, command: tuple[str, ...]) -> None:
    run = scrapy.into(Path("a" * 300))(*command)
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log


def test_a_data_directory_that_is_a_file_is_called_no_folder(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = scrapy.into(tmp_path / "file")("runs")
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert f"the data directory {tmp_path / 'file'} is not a folder" in run.log


def test_posts_of_ones_own_need_no_index(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    directory.posts.mkdir(parents=True)
    (directory.posts / "2021-12-01-init.md").touch()
    directory.check_index()
    (directory.posts / "2022-05-18-202205182383638060.md").touch()
    with pytest.raises(UnusableIndex):
        directory.check_index()
    directory.index.touch()
    with pytest.raises(UnusableIndex, match="has posts, but no index"):
        directory.check_index()
    directory.index.write_bytes(b"SQLite")
    directory.check_index()


@pytest.mark.parametrize("command", [*OF_INDEX, ("crawl", "channel")], ids=" ".join)
def test_an_archive_that_has_lost_its_index_is_not_an_empty_one(
    scrapy: Scrapy, tmp_path: Path, command: tuple[str, ...]
) -> None:
    posts = tmp_path / "lost" / "site" / "_posts"
    posts.mkdir(parents=True)
    (posts / "2022-05-18-NW202205182383638060.md").write_text("---\ntitle: x\n---\n")
    run = scrapy.into(tmp_path / "lost")(*command)
    assert (run.status, run.log.count("\n")) == (NOT_WRITABLE, 1), run.log
    assert f"{tmp_path / 'lost'} has posts, but no index: rebuild it with finews reindex {tmp_path / 'lost'}" in run.log
    assert list((tmp_path / "lost").iterdir()) == [tmp_path / "lost" / "site"]
