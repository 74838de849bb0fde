"""`spiders.category_frontier`: a fully archived category ends early, and never with articles missing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.poll_state import CATEGORIES
from finews_crawler.spiders.category_frontier import ARCHIVED_IN_A_ROW, READ_ALL_EVERY
from tests.spiders.small_site import Site
from tests.support.jekyll_site import serving
from tests.support.scrapy_command import Run, Scrapy

ALL_WELL, SOME_FAILED = 0, 3
TAG = "TechWeb新闻"
PAGE, MAY, APRIL = "/category/TechWeb.html", "/category/TechWeb/2022-05.html", "/category/TechWeb/2022-04.html"
IN_MAY, IN_APRIL = ARCHIVED_IN_A_ROW + 5, 3
REQUESTS = re.compile(r"requests (\d+)")
ROBOTS_TXT = PAGE_OF_CATEGORY = 1


class Growing:
    """A category, newest posts first: all of May on its page, April on the page of that month only."""

    def __init__(self, root: Path) -> None:
        self.site = Site(root)
        self.site.share()
        self.may = [self.site.post("techweb", "2022-05-18", number, TAG) for number in range(IN_MAY, 0, -1)]
        self.april = [self.site.post("techweb", "2022-04-30", number, TAG) for number in range(IN_APRIL, 0, -1)]
        self.write()

    def write(self) -> None:
        self.site.category(PAGE, TAG, self.may, [MAY, APRIL])
        self.site.category(MAY, TAG, self.may)
        self.site.category(APRIL, TAG, self.april)


@pytest.fixture
def growing(tmp_path: Path) -> Growing:
    return Growing(tmp_path / "site")


@pytest.fixture
def served(growing: Growing, scrapy: Scrapy) -> Iterator[Scrapy]:
    with serving(growing.site.root) as url:
        yield scrapy.at(url)


def crawl(scrapy: Scrapy, *arguments: str) -> tuple[Run, int, int]:
    """Crawl the category; return the run, the number of new articles and the number of requests."""
    run = scrapy("crawl", "category", "-a", "category=TechWeb", *arguments)
    found = REQUESTS.search(run.log)
    assert found, run.log
    return run, run.summaries()[0]["new"], int(found[1])


def test_a_fully_archived_category_ends_after_its_page(served: Scrapy, growing: Growing) -> None:
    run, new, requests = crawl(served)
    assert (run.status, new) == (ALL_WELL, IN_MAY + IN_APRIL)
    assert requests == ROBOTS_TXT + len((PAGE, MAY, APRIL)) + 2 * new
    assert crawl(served)[1:] == (0, ROBOTS_TXT + PAGE_OF_CATEGORY)
    growing.may.insert(0, growing.site.post("techweb", "2022-05-19", 1, TAG))
    growing.write()
    assert crawl(served)[1:] == (1, ROBOTS_TXT + PAGE_OF_CATEGORY + 2)


def test_a_late_article_among_the_newest_is_found(served: Scrapy, growing: Growing) -> None:
    """A single archived row does not end the category, and the last row that is read may be new."""
    crawl(served)
    growing.may.insert(ARCHIVED_IN_A_ROW - 1, growing.site.post("techweb", "2022-05-17", 1, TAG))
    growing.april.append(growing.site.post("techweb", "2022-04-01", 1, TAG))
    growing.write()
    assert crawl(served)[1] == 2, "six archived rows after the new one are too few to end the category"


def test_all_lists_are_read_again_after_a_week(served: Scrapy, growing: Growing) -> None:
    crawl(served)
    growing.april.append(growing.site.post("techweb", "2022-04-01", 1, TAG))
    growing.write()
    assert crawl(served)[1] == 0
    file = served.data / "cache" / CATEGORIES
    ((path, time),) = json.loads(file.read_bytes()).items()
    file.write_text(json.dumps({path: (datetime.fromisoformat(time) - READ_ALL_EVERY).isoformat()}))
    assert crawl(served)[1] == 1
    assert datetime.fromisoformat(json.loads(file.read_bytes())[path]) > datetime.fromisoformat(time) - timedelta(1)


@pytest.mark.parametrize("cut", [("-a", f"limit={IN_MAY}"), ("-a", "since=2022-05-01")], ids=["limit", "since"])
def test_an_incomplete_backfill_continues(served: Scrapy, cut: tuple[str, str]) -> None:
    """The newest articles are archived then, more than a hundred of them."""
    assert crawl(served, *cut)[1] == IN_MAY
    assert crawl(served)[1] == IN_APRIL


def test_a_backfill_with_a_failed_list_is_not_complete(served: Scrapy, growing: Growing) -> None:
    april = growing.site.root / APRIL.lstrip("/")
    page = april.read_bytes()
    april.unlink()
    run, new, _ = crawl(served)
    assert (run.status, new) == (SOME_FAILED, IN_MAY)
    april.write_bytes(page)
    assert crawl(served)[1] == IN_APRIL


def test_a_refetch_skips_nothing(served: Scrapy) -> None:
    crawl(served)
    assert crawl(served, "-a", "refetch=1")[2] > 2 * (IN_MAY + IN_APRIL)
