"""`spiders.category` on the project's own site: month pages, the rolling list, outlets that differ in case only."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.archive.poll_state import CATEGORIES
from tests.spiders.small_site import EMNEWS, Site, month_nav, post_list
from tests.support.jekyll_site import serving
from tests.support.scrapy_command import Run, Scrapy
from tests.support.stats_dump import STATS_DUMP, stats_of

ALL_WELL, SOME_FAILED, CHANGED_SHAPE = 0, 3, 5
REQUESTS = re.compile(r"requests (\d+)")
ROBOTS_TXT = 1
UPPER, TWIN = "/category/TechWeb.html", "/category/!techweb/"
MAY, APRIL = "/category/!tech!web/2022-05.html", "/category/!tech!web/2022-04.html"
ROLLING, ROLLING_MAY, ROLLING_APRIL = "/emnews/", "/category/emnews/2022-05.html", "/category/emnews/2022-04.html"
TECHWEB, TECHWEB_TWIN = "TechWeb新闻", "Techweb新闻"
LISTS = ("/", UPPER, TWIN, MAY, APRIL, ROLLING, ROLLING_MAY, ROLLING_APRIL)


def site_with_months(root: Path) -> Site:
    """Write the pages of two outlets and the rolling list. Article 4 is on two month pages: TechWeb's and rolling."""
    site = Site(root)
    site.share()
    may = [site.post("techweb", f"2022-05-{day}", number, TECHWEB) for number, day in ((1, 18), (2, 17), (3, "01"))]
    april = [site.post("techweb", f"2022-04-{day}", number, TECHWEB) for number, day in ((4, 30), (5, "02"))]
    twin = [site.post("techweb", "2022-05-16", 6, TECHWEB_TWIN)]
    rolling = [site.post("emnews", "2022-05-15", 7, EMNEWS), site.post("emnews", "2022-04-30", 4, EMNEWS)]
    site.category(UPPER, TECHWEB, may[:2], [MAY, APRIL])
    site.category(MAY, TECHWEB, may)
    site.category(APRIL, TECHWEB, april)
    site.category(TWIN, TECHWEB_TWIN, twin)
    site.category(ROLLING, EMNEWS, rolling[:1], [ROLLING_MAY, ROLLING_APRIL])
    site.category(ROLLING_MAY, EMNEWS, rolling[:1])
    site.category(ROLLING_APRIL, EMNEWS, rolling[1:])
    home = [(EMNEWS, rolling[:1], ROLLING), (TECHWEB, may[:2], UPPER), (TECHWEB_TWIN, twin, TWIN)]
    site.write("/", "".join(post_list(tag, posts, address) for tag, posts, address in home))
    return site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return site_with_months(tmp_path / "site")


@pytest.fixture
def served(site: Site, scrapy: Scrapy) -> Iterator[Scrapy]:
    with serving(site.root) as url:
        yield scrapy.at(url)


def crawl(scrapy: Scrapy, *arguments: str) -> Run:
    return scrapy("crawl", "category", *(part for argument in arguments for part in ("-a", argument)))


def numbers(scrapy: Scrapy) -> list[int]:
    return sorted(int(path.stem[-10:]) for path in scrapy.posts.iterdir())


def tags(scrapy: Scrapy, number: int) -> list[str]:
    """Return the tags lines of the posts with that number: normally one."""
    posts = [path.read_text(encoding="utf-8") for path in scrapy.posts.iterdir() if path.stem.endswith(f"0{number}")]
    return [line for post in posts for line in post.splitlines() if line.startswith("tags: ")]


def requests(run: Run) -> int:
    found = REQUESTS.search(run.log)
    assert found, run.log
    return int(found[1])


def test_all_categories_have_every_post_of_the_site(served: Scrapy) -> None:
    run = crawl(served, "all=1")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [1, 2, 3, 4, 5, 6, 7]
    # Found: 5 of TechWeb, 1 of its twin, 2 of the rolling list, and the 4 on the home page. Three of them are on the
    # category page and on a month page, and count once.
    counts = run.summaries()[0]
    assert Counter(counts) == Counter(found=12, new=7, merged=5)
    posts_and_articles = 2 * 7
    assert requests(run) == ROBOTS_TXT + len(LISTS) + posts_and_articles
    assert tags(served, 4) == ["tags: TechWeb新闻"]


def test_a_second_crawl_finds_the_same_and_fetches_no_article(served: Scrapy) -> None:
    crawl(served, "all=1")
    before = served.snapshot()
    run = crawl(served, "all=1")
    assert run.status == ALL_WELL, run.log
    assert Counter(run.summaries()[0]) == Counter(found=12, held=7, merged=5)
    assert requests(run) == ROBOTS_TXT + len(LISTS)
    after = served.snapshot()
    for snapshot in (before, after):
        assert snapshot.pop(f"cache/{CATEGORIES}"), "the time of the last complete crawl, which may differ"
    assert after == before


@pytest.mark.parametrize("missing", [MAY, ROLLING_APRIL])
def test_a_missing_month_page_is_a_failure_and_the_crawl_continues(served: Scrapy, site: Site, missing: str) -> None:
    (site.root / missing[1:]).unlink()
    run = crawl(served, "all=1")
    assert run.status == SOME_FAILED, run.log
    assert missing in run.log
    only_there = 3 if missing == MAY else None
    assert numbers(served) == [number for number in range(1, 8) if number != only_there]


def test_a_month_page_without_posts_has_a_changed_format(served: Scrapy, site: Site) -> None:
    site.write(APRIL, "<p>维护中</p>")
    run = crawl(served, f"category={UPPER[10:-5]}")
    assert run.status == CHANGED_SHAPE, run.log
    assert APRIL in run.log
    (sample,) = (served.data / "samples").iterdir()
    assert "维护中" in sample.read_text(encoding="utf-8")
    assert numbers(served) == [1, 2, 3]


@pytest.mark.parametrize(
    ("days", "not_requested", "wanted"),
    [
        (["since=2022-05-01"], [APRIL, ROLLING_APRIL], [1, 2, 3, 6, 7]),
        (["since=2022-05-17"], [APRIL, ROLLING_APRIL], [1, 2]),
        (["until=2022-04-30"], [MAY, ROLLING_MAY], [4, 5]),
        (["since=2022-04-30", "until=2022-05-01"], [], [3, 4]),
        (["since=2021-12-01", "until=2022-03-31"], [MAY, APRIL, ROLLING_MAY, ROLLING_APRIL], []),
    ],
)
def test_months_outside_the_days_are_not_requested(
    served: Scrapy, site: Site, days: list[str], not_requested: list[str], wanted: list[int]
) -> None:
    for month in not_requested:
        (site.root / month[1:]).unlink()  # a request for it would fail
    run = crawl(served, "all=1", *days)
    assert run.status == ALL_WELL, run.log
    assert (numbers(served) if wanted else []) == wanted
    assert run.summaries()[0]["new"] == len(wanted)


def test_a_category_by_its_url(served: Scrapy) -> None:
    run = crawl(served, f"category=http://finews.withounder.com{TWIN}")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [6]


def test_a_month_and_its_category_by_their_urls(served: Scrapy) -> None:
    urls = ",".join(f"http://finews.withounder.com{path}" for path in (MAY, UPPER))
    run = crawl(served, f"category={urls}")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [1, 2, 3, 4, 5]
    assert requests(run) == ROBOTS_TXT + len((UPPER, MAY, APRIL)) + 2 * 5


def test_months_of_the_rolling_list_come_after_those_of_outlets(served: Scrapy) -> None:
    run = crawl(served, f"category=http://finews.withounder.com{ROLLING_APRIL},TechWeb")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [1, 2, 3, 4, 5]
    assert tags(served, 4) == ["tags: TechWeb新闻"]


def test_links_on_a_month_page_are_not_followed(served: Scrapy, site: Site) -> None:
    page = (site.root / APRIL[1:]).read_text(encoding="utf-8")
    nav = month_nav(["/category/!tech!web/2022-03.html"])
    (site.root / APRIL[1:]).write_text(page.replace("</section>", f"{nav}</section>"), encoding="utf-8")
    run = crawl(served, "category=TechWeb")
    assert run.status == ALL_WELL, run.log  # the page of March does not exist
    assert numbers(served) == [1, 2, 3, 4, 5]


def test_a_limit_skips_the_remaining_months(served: Scrapy) -> None:
    run = crawl(served, "category=TechWeb", "limit=1")
    assert run.status == ALL_WELL, run.log
    assert len(numbers(served)) == 1
    assert Counter(run.summaries()[0]) == Counter(found=2, new=1, skipped=1)
    assert requests(run) == ROBOTS_TXT + 1 + 2


def test_links_that_are_not_month_pages_are_reported_and_not_followed(served: Scrapy, site: Site) -> None:
    hostile = ["//127.0.0.2/category/a/2022-05.html", "javascript:alert(1)", "/category/..%2f../2022-05.html"]
    post = site.post("techweb", "2022-05-18", 1, TECHWEB)
    site.category(UPPER, TECHWEB, [post], [*hostile, APRIL, APRIL])
    run = served("crawl", "category", "-a", "category=TechWeb", *STATS_DUMP)
    assert run.status == CHANGED_SHAPE
    assert stats_of(run)["finews/category/months_left_out"] == 3
    assert "//127.0.0.2/category/a/2022-05.html" in run.log
    assert numbers(served) == [1, 4, 5]
    assert requests(run) == ROBOTS_TXT + len((UPPER, APRIL)) + 2 * 3


def test_links_of_headings_to_other_hosts_are_ignored(served: Scrapy, site: Site) -> None:
    shutil.rmtree(site.root / "category/!techweb")
    elsewhere = "//127.0.0.2/category/TechWeb.html"
    site.write("/", post_list(TECHWEB, [], elsewhere) + post_list("最近一百条", [], "/2022/05.html"))
    run = crawl(served, "all=1")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [1, 2, 3, 4, 5]
    assert requests(run) == ROBOTS_TXT + len(("/", UPPER, MAY, APRIL)) + 2 * 5


def test_a_month_page_may_be_larger_than_other_pages(served: Scrapy, site: Site) -> None:
    with (site.root / APRIL[1:]).open("a", encoding="utf-8") as page:
        page.write(f"<!-- {'x' * 6 * 1024 * 1024} -->")
    run = crawl(served, "category=TechWeb")
    assert run.status == ALL_WELL, run.log
    assert numbers(served) == [1, 2, 3, 4, 5]
