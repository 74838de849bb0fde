"""``finews reextract``: the rows of an index of an early version, renewed."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from finews_crawler.testing.origin.server import RunningOrigin
from tests.exporters.export_archives import archive_of_five, code
from tests.support.early_index import turn_back
from tests.support.scrapy_command import Scrapy

ALL_WELL, SOME_FAILED, NOT_WRITABLE = 0, 3, 6
EXPORT = ("export", "--format", "jsonl", "--revisions", "--out", "-")


def test_exports_have_the_same_bytes_before_and_after(scrapy: Scrapy) -> None:
    whole = archive_of_five(scrapy)(*EXPORT).log
    turn_back(scrapy.data / "index.sqlite")
    refused = scrapy(*EXPORT)
    assert refused.status == NOT_WRITABLE
    assert "has schema version 7: migrate it with `finews reextract`, or a crawl" in refused.log
    run = scrapy("reextract")
    assert (run.status, run.log.strip()) == (ALL_WELL, "reextract: renewed 6 rows, damaged 0"), run.log
    assert scrapy(*EXPORT).log == whole
    assert scrapy("reextract").log.strip() == "reextract: renewed 0 rows, damaged 0"


def test_a_damaged_row_is_named_and_the_others_are_renewed(scrapy: Scrapy) -> None:
    index = archive_of_five(scrapy).data / "index.sqlite"
    turn_back(index)
    with closing(sqlite3.connect(index)) as connection, connection:
        connection.execute("UPDATE article SET text_html = x'00' WHERE info_code = ?", [code(3)])
    run = scrapy("reextract")
    assert (run.status, run.log.splitlines()[0]) == (SOME_FAILED, "reextract: renewed 5 rows, damaged 1")
    assert f"the row of {code(3)} in table article is damaged (text_html: " in run.log


def test_a_crawl_goes_on_in_an_archive_of_an_early_version(scrapy: Scrapy, origin: RunningOrigin) -> None:
    assert scrapy.at(origin.url)("crawl", "channel", "-a", "count=5").status == ALL_WELL
    before = scrapy(*EXPORT).log
    turn_back(scrapy.data / "index.sqlite")
    assert scrapy.at(origin.url)("crawl", "channel", "-a", "count=5").status == ALL_WELL
    assert scrapy(*EXPORT).log == before
