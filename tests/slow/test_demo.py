"""``make crawl``: lists, articles and categories of the embedded origin, and a summary that adds up."""

from __future__ import annotations

import json
import re

from finews_crawler.stats import Count
from finews_crawler.utils import clock
from tests.support.scrapy_command import Scrapy


def test_demo_crawls_with_all_spiders_and_prints_where_the_posts_are(scrapy: Scrapy) -> None:
    run = scrapy("demo", "--articles", "40", "--data", str(scrapy.data))
    assert run.status == 0, run.log
    columns = [what.value for what in Count]
    rows = {name: dict(zip(columns, map(int, numbers.split()), strict=False)) for name, numbers in table(run.log)}
    assert list(rows) == ["channel, today", "channel, 2022", "share", "category"]
    for counts in rows.values():
        assert counts["found"] == sum(counts[name] for name in columns if name != "found")
    posts = list(scrapy.posts.glob("*.md"))
    assert len(posts) == sum(counts["new"] for counts in rows.values())
    assert f"{len(posts)} posts in {scrapy.posts}" in run.log
    both = rows["channel, 2022"]
    assert both["new"] < both["found"], "most articles of 2022's lists are in today's lists, and archived already"
    days = [article["day"] for article in json.loads(scrapy("coverage", "--json").log)["days"]]
    assert days[-1] == str(clock.now().date()), "the reports of the last days show the demonstration"


def table(log: str) -> list[tuple[str, str]]:
    return re.findall(r"^([a-z]+(?:, \w+)?) +((?:\d+ *)+)$", log, re.MULTILINE)
