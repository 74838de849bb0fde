"""``make crawl``: all three spiders on the embedded origin, and a summary that adds up."""

from __future__ import annotations

import re

from finews_crawler.stats import Count
from tests.support.scrapy_command import Scrapy


def test_demo_crawls_with_all_spiders_and_prints_where_the_posts_are(scrapy: Scrapy) -> None:
    run = scrapy("demo", "--articles", "40", "--data", str(scrapy.data))
    assert run.status == 0, run.log
    columns = [what.value for what in Count]
    rows = {name: dict(zip(columns, map(int, numbers.split()), strict=False)) for name, numbers in table(run.log)}
    assert set(rows) == {"channel", "share", "category"}
    for counts in rows.values():
        assert counts["found"] == sum(counts[name] for name in columns if name != "found")
    posts = list(scrapy.posts.glob("*.md"))
    assert len(posts) == sum(counts["new"] for counts in rows.values())
    assert f"{len(posts)} posts in {scrapy.posts}" in run.log
    assert "FINEWS_CHANNELS_URL=http://HOST" in run.log


def table(log: str) -> list[tuple[str, str]]:
    return re.findall(r"^(channel|share|category) +((?:\d+ *)+)$", log, re.MULTILINE)
