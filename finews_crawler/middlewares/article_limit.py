"""``-a limit=N``: downloader middleware that lets at most N articles pass, however many requests each takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finews_crawler.requests import INFO_CODE, LimitReached
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import CrawlerComponent

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


class ArticleLimit(CrawlerComponent):
    """Passes the requests for the first N articles, in the order of download."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.passed: set[str] = set()

    def process_request(self, request: Request) -> None:
        limit = run_info_of(self.crawler).limit
        info_code = request.meta.get(INFO_CODE)
        is_robots_txt = request.meta.get("dont_obey_robotstxt", False)
        if limit is None or info_code in self.passed or is_robots_txt:
            return
        if len(self.passed) >= limit:
            if info_code:
                count(self.crawler.stats, Count.SKIPPED)
            raise LimitReached(f"limit of {limit} articles reached")
        if info_code:
            self.passed.add(info_code)
