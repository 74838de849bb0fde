"""A worker leases no more articles of a source than it can request soon."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from finews_crawler.cluster.shares import shares_of


@pytest.mark.parametrize(
    ("given", "most"),
    [
        ({}, 4),
        ({"CONCURRENT_REQUESTS_PER_DOMAIN": 5}, 10),
        ({"CONCURRENT_REQUESTS": 3}, 3),
        ({"DOWNLOAD_SLOTS": {"articles.test": {"concurrency": 1}}}, 2),
        ({"FINEWS_ARTICLE_URL": "", "FINEWS_PAGE_URL": ""}, 4),
        ({"DOWNLOAD_SLOTS": {"articles.test": {"concurrency": 8, "delay": 0}}}, 40),
        ({"DOWNLOAD_SLOTS": {"articles.test": {"concurrency": 8, "delay": 0}}, "CONCURRENT_REQUESTS": 6}, 6),
    ],
    ids=str,
)
def test_a_share_is_a_multiple_of_the_concurrency_of_the_slot(given: dict[str, Any], most: int) -> None:
    settings = Settings({**get_project_settings(), "FINEWS_ARTICLE_URL": "http://articles.test", **given})
    assert shares_of(settings) == {"eastmoney": most}
