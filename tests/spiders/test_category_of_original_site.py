"""`spiders.category` on lists of the original site: equal lists below every heading, and a short ``/emnews/``."""

from __future__ import annotations

from pathlib import Path

from tests.spiders.small_site import EMNEWS, Site, post_list
from tests.support.jekyll_site import serving
from tests.support.scrapy_command import Scrapy

OUTLET = "云岭日报新闻"


def test_lists_of_the_original_site(scrapy: Scrapy, tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.share()
    rolling = [site.post("emnews", "2022-05-18", number, EMNEWS) for number in (1, 2, 3)]
    outlet = [site.post("yunlingribao", "2022-05-18", number, OUTLET) for number in (4, 5)]
    newest = [rolling[0], outlet[0]]
    site.write("/", post_list(EMNEWS, newest) + post_list(OUTLET, newest))
    site.write("/emnews/", post_list(EMNEWS, rolling[:2]) + '<p><a href="/category/emnews.html">更多</a></p>')
    site.category("/category/emnews.html", EMNEWS, rolling)
    site.category("/category/yunlingribao.html", OUTLET, outlet)
    with serving(site.root) as url:
        run = scrapy.at(url)("crawl", "category", "-a", "all=1")
        assert run.status == 0, run.log
        # Every post once in a list, and the two of the home page once more.
        assert run.summaries()[0] | {"found": 7, "new": 5, "merged": 2} == run.summaries()[0], run.log
        again = scrapy.at(url)("crawl", "category", "-a", "category=东财滚动新闻")
    assert again.summaries()[0]["found"] == again.summaries()[0]["held"] == 3, again.log
