"""Commands that read an archive refuse a data directory that does not exist, such as one with a typing error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.scrapy_command import Scrapy

ARGUMENTS, NOT_WRITABLE = 2, 6
COMMANDS = [
    ("audit",),
    ("coverage",),
    ("export", "--format", "jsonl"),
    ("prune", "--yes"),
    ("rebuild",),
    ("retire", "--keep-days", "9"),
    ("runs",),
    ("site", "build"),
    ("site", "serve", "--port", "0"),
]


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
