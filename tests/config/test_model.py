"""A setting that would spoil the archive, or fail after the crawl, is named before the first request."""

from __future__ import annotations

import pytest

from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import scripted_site


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FINEWS_DATA_DIR", ""),
        ("FINEWS_POST_SHARE_URL", ""),
        ("FINEWS_POST_ARCHIVE_URL", "nowhere"),
        ("FINEWS_PROGRESS_SECONDS", "0"),
        ("FINEWS_PROGRESS_SECONDS", "soon"),
        ("FINEWS_SUMMARY_FILE", "/nonexistent/summary.json"),
        ("FINEWS_SHARE_URL", "http://[bad"),
        ("FINEWS_SHARE_URL", "http://127.0.0.1:99999"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(scrapy: Scrapy, name: str, value: str) -> None:
    with scripted_site(lambda path: None) as site:
        run = scrapy.at(site.url, **{name: value})("crawl", "share", "-a", "info_code=NW202205180000000001")
    assert run.status == 2
    assert run.log.count("\n") == 1
    assert name in run.log
    assert site.asked == []
