"""Cost of a day: cron crawls every ten minutes with the default settings, while upstream publishes 600 articles.

Run with ``make bench``. The clock is simulated: the origin publishes by it, and each crawl is a process of its own. The
comparison, a crawler without an archive and without conditional requests, is calculated from the same lists: it would
fetch each list in full and each article in it, every time.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

from finews_crawler.operate.coverage.calendar import Calendar
from finews_crawler.sources import article_surfaces
from finews_crawler.spiders.channel import polled_by_default
from finews_crawler.spiders.channel_arguments import DEFAULT_COUNT
from finews_crawler.testing.origin.articles import OriginArticle, article
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.testing.origin.timestamps import SHOWTIME
from finews_crawler.utils import clock
from tests.benchmarks import options
from tests.benchmarks.scratch import new_folder
from tests.support.arrivals import BY_KIND, published
from tests.support.scrapy_command import HOSTS_OF_2022, HOSTS_OF_TODAY, Run, Scrapy
from tests.support.simulated_clock import BEGIN

BEGINS = clock.now().replace(hour=0, minute=0, second=0)
"""Today: the age of a cached list is that of its file, which has this machine's clock."""
DAYS_BEFORE = timedelta(days=3)
"""Their articles fill the lists."""
ONE_DAY, EVERY = timedelta(days=1), timedelta(minutes=10)
ARTICLES, SEED = 600, 11
NOT_MODIFIED = re.compile(r"'finews/lists/not_modified': (\d+)")
RUN = "SELECT requests, bytes FROM run ORDER BY id DESC LIMIT 1"
ARCHIVED = "SELECT count(*) FROM article"


@dataclass
class Everything:
    """What a crawler that fetches everything each time would fetch from an origin at *url*."""

    url: str
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of each article's response."""
    lists: int = 0
    articles: int = 0
    bytes_of_lists: int = 0
    bytes_of_articles: int = 0

    def poll(self) -> None:
        """Count one run: the lists as they are now, and each article in them."""
        hosts = {**dict.fromkeys(HOSTS_OF_2022, ""), **dict.fromkeys(HOSTS_OF_TODAY, self.url)}
        codes: set[str] = set()
        for channel in polled_by_default(hosts):
            size, body = fetch(channel.url(self.url, DEFAULT_COUNT))
            codes |= {listed.info_code for listed in channel.parse(body, channel).articles}
            self.lists, self.bytes_of_lists = self.lists + 1, self.bytes_of_lists + size
        for code in codes - self.sizes.keys():
            self.sizes[code] = fetch(article_surfaces(code, hosts)[0].url(self.url, code))[0]
        self.articles += len(codes)
        self.bytes_of_articles += sum(self.sizes[code] for code in codes)


@dataclass
class Day:
    """Sums over the crawls of the day."""

    runs: int = 0
    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    lists: int = 0
    failed_runs: int = 0

    def add(self, run: Run, data: Path, lists: int) -> None:
        requests, size = last_run(data)
        self.runs, self.requests, self.bytes = self.runs + 1, self.requests + requests, self.bytes + size
        self.not_modified += sum(map(int, NOT_MODIFIED.findall(run.log)))
        self.lists += lists
        self.failed_runs += run.status != 0


def fetch(url: str) -> tuple[int, bytes]:
    """Return the size of a response with its headers, and its body."""
    with urlopen(url, timeout=30) as response:
        body: bytes = response.read()
        return len(body) + len(str(response.headers)), body


def last_run(data: Path) -> tuple[int, int]:
    """Return the requests and the received bytes of the last run."""
    requests, size = select(data, RUN)
    return requests, size


def select(data: Path, query: str) -> tuple[int, ...]:
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        row: tuple[int, ...] = connection.execute(query).fetchone()
    return row


def upstream_articles() -> list[OriginArticle]:
    """Return the articles of the day and of the days before it, newest first, spread over all columns."""
    today = BEGINS.date()
    rate = ARTICLES / BY_KIND[Calendar(today, today).kind(today)]
    times = enumerate(reversed(published(rate, today - DAYS_BEFORE, today, SEED)))
    return [article(SEED, index, at, f"NW{at:%Y%m%d}{2_000_000_000 - 3001 * index:010}") for index, at in times]


def simulate(data: Path) -> tuple[Day, Everything, int, int]:
    """Return the day's sums, the comparison, and the numbers of articles published and archived."""
    now, day = BEGINS, Day()
    articles = upstream_articles()
    of_day = sum(one.showtime >= BEGINS.strftime(SHOWTIME) for one in articles)
    with running_origin(articles=articles, faults=["validators"], clock=lambda: now) as origin:
        everything, scrapy = Everything(origin.url), Scrapy.into_folder(data).at_today(origin.url)

        def crawl() -> Run:
            scrapy.environment[BEGIN] = now.isoformat()
            return scrapy("crawl", "channel", "-s", "STATS_DUMP=1", "-s", "LOG_LEVEL=INFO")

        crawl()
        (before,) = select(data, ARCHIVED)
        while now < BEGINS + ONE_DAY:
            now += EVERY
            lists = everything.lists
            everything.poll()
            day.add(crawl(), data, everything.lists - lists)
    return day, everything, of_day, select(data, ARCHIVED)[0] - before


def main() -> None:
    began = time.perf_counter()
    day, everything, of_day, new = simulate(new_folder() / "data")
    articles, robots = day.requests - day.lists - day.runs, day.runs
    of_all, all_bytes = everything.lists + everything.articles, everything.bytes_of_lists + everything.bytes_of_articles
    print(f"{day.runs} runs, {day.failed_runs} with another status than 0")
    print(f"articles    {of_day} published, {new} archived, {articles} requested")
    print(f"requests    {day.requests}: {day.lists} for lists, {day.not_modified} of them 304; {robots} for robots.txt")
    print(f"received    {day.bytes / 1e6:.1f} MB; all lists in full would be {everything.bytes_of_lists / 1e6:.1f} MB")
    print(f"everything  {of_all} requests, {all_bytes / 1e6:.0f} MB each time without an archive:")
    print(f"            {of_all / day.requests:.0f} times the requests, {all_bytes / day.bytes:.0f} times the bytes")
    print(f"simulated in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    options.main(main)
