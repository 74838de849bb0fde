"""The source document, crawled by each spider: a post equal to it byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.source_document import payload_of, record, take_apart


@pytest.fixture(scope="module")
def golden_origin(source_document: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOrigin]:
    folder = record(payload_of(source_document), tmp_path_factory.mktemp("payloads"))
    with running_origin(20, payloads=folder) as running:
        yield running


def read_golden(scrapy: Scrapy, document: bytes) -> bytes:
    parts = take_apart(document)
    return Path(scrapy.posts / f"{parts['showtime'][:10]}-{parts['infoCode']}.md").read_bytes()


def test_the_payload_is_indented_as_in_the_source(source_document: bytes) -> None:
    body = take_apart(source_document)["text"]
    assert payload_of(source_document)["text"] != body
    assert payload_of(source_document)["text"].replace("\u3000\u3000", "") == body


@pytest.mark.parametrize("spider", ["channel", "category", "share"])
def test_each_spider_writes_the_source_document(
    scrapy: Scrapy, golden_origin: RunningOrigin, source_document: bytes, spider: str
) -> None:
    parts = take_apart(source_document)
    arguments = {
        "channel": ["-a", "channels=media"],
        "category": ["-a", f"category={parts['slug']}"],
        "share": ["-a", f"url={parts['share_url']}"],
    }
    run = scrapy.at(golden_origin.url)("crawl", spider, *arguments[spider])
    assert run.status == 0, run.log
    assert read_golden(scrapy, source_document) == source_document


def test_the_archived_copy_replaces_a_lost_article(
    scrapy: Scrapy, golden_origin: RunningOrigin, source_document: bytes
) -> None:
    medium = take_apart(source_document)["medianame"]
    crawl = scrapy.at(golden_origin.url, FINEWS_SHARE_URL=CLOSED_PORT)
    run = crawl("crawl", "category", "-a", f"category={medium}")
    assert "cannot be reached" in run.log
    # A rendered page has lost the white space between blocks, and a page of the original site has no hash of it.
    assert read_golden(scrapy, source_document) == re.sub(rb"(?<=>)\r?\n (?=<)", b"", source_document)


def test_the_category_file_names_the_outlet(
    scrapy: Scrapy, golden_origin: RunningOrigin, source_document: bytes
) -> None:
    parts = take_apart(source_document)
    scrapy.at(golden_origin.url)("crawl", "share", "-a", f"info_code={parts['infoCode']}")
    category = (scrapy.data / "site" / "category" / f"{parts['slug']}.html").read_text(encoding="utf-8")
    assert category == f"---\nlayout: category\ntitle: {parts['medianame']}新闻\ncategory: {parts['slug']}\n---\n"
