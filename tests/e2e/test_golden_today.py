"""The source document's body as today's surfaces serve it: a post equal to the document byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.testing.origin.web_articles import LINE_ADVERT, article_data
from tests.support.scrapy_command import Scrapy
from tests.support.source_document import payload_of, record, take_apart

PARAGRAPHS, WITH_RETURNS = "</p>\n <p>", "</p>\r\n <p>"


@contextmanager
def origin_of(document: bytes, folder: Path, separator: str = PARAGRAPHS) -> Iterator[RunningOrigin]:
    payload = payload_of(document)
    payload["text"] = payload["text"].replace(PARAGRAPHS, separator)
    with running_origin(5, payloads=record(payload, folder)) as running:
        yield running


def test_the_body_is_served_without_its_source_line_and_with_adverts(source_document: bytes, tmp_path: Path) -> None:
    with origin_of(source_document, tmp_path) as origin:
        data = article_data(origin.articles[0])
    assert data["Art_Code"] == take_apart(source_document)["infoCode"][2:]
    assert data["Art_ShowTime"].count("/") == 2
    body = data["Art_Content"]
    assert "em_media" not in body
    assert LINE_ADVERT in body
    assert "em_handle_adv_close" in body


@pytest.mark.parametrize("spider", ["channel", "share"])
@pytest.mark.parametrize("separator", [PARAGRAPHS, WITH_RETURNS], ids=["LF", "CRLF"])
def test_the_post_is_the_source_document(
    scrapy: Scrapy, source_document: bytes, tmp_path: Path, spider: str, separator: str
) -> None:
    parts = take_apart(source_document)
    url = f"https://finance.eastmoney.com/a/{parts['infoCode'][2:]}.html"
    with origin_of(source_document, tmp_path / "payloads", separator) as origin:
        run = scrapy.at_today(origin.url)("crawl", spider, *(["-a", f"url={url}"] if spider == "share" else []))
    assert run.status == 0, run.log
    post = (scrapy.posts / f"{parts['showtime'][:10]}-{parts['infoCode']}.md").read_bytes()
    assert post == source_document.replace(PARAGRAPHS.encode(), separator.encode())
