"""Arguments of ``finews crawl category``, and the paths of category pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlsplit

from finews_crawler.config.values import flag
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX, slug
from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources.eastmoney_web import category_page, pages
from finews_crawler.sources.finews_site.post_lists import TagHeading
from finews_crawler.spiders.arguments import SpiderArguments, read_words, value_of

ARCHIVE_URL = "FINEWS_ARCHIVE_URL"
PAGE_URL = pages.CATEGORY.host_setting
WEB_EXAMPLE = "https://finance.eastmoney.com/a/czqyw.html"
URL = re.compile(r"https?://", re.IGNORECASE)
# An outlet's name may contain anything ("a/b", ".a"), but hardly this.
LIKE_PATH = re.compile(r"^/|(^|/)\.\.?(/|$)")


@dataclass(frozen=True)
class CategoryArguments(SpiderArguments):
    """``category``: slugs, outlets or URLs, also of pages of the web site; or ``all``: every category on the archive
    site's home page."""

    EXAMPLE = "finews crawl category -a category=hualongwangxinzhongqingkehuduan (or an outlet, a URL, -a all=1)"

    category: tuple[str, ...] = ()
    all: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        categories = tuple(read_words(given, "category"))
        return {**super().read(given), "category": categories, "all": value_of(given, "all", flag)}

    def check(self) -> None:
        super().check()
        if bool(self.category) == self.all:
            raise ArgumentError("give either category=… or all=1")
        for name in self.category:
            if not is_url(name) and LIKE_PATH.search(name):
                raise ArgumentError(f"category must be a slug, an outlet or a URL, got {name!r}")
            if category_page.is_on_site(name) and not web_category_path(name):
                raise ArgumentError(f"category must be a page such as {WEB_EXAMPLE}, got {name!r}")

    def needed_settings(self) -> tuple[str, ...]:
        archive = (ARCHIVE_URL,) if self.all or self.archive_categories else ()
        return (*archive, *((PAGE_URL,) if self.web_categories else ()))

    @property
    def web_categories(self) -> tuple[str, ...]:
        """The URLs of category pages of the web site."""
        return tuple(name for name in self.category if web_category_path(name))

    @property
    def web_paths(self) -> tuple[str, ...]:
        """The paths of the first pages of these categories."""
        return tuple(dict.fromkeys(map(web_category_path, self.web_categories)))

    @property
    def archive_categories(self) -> tuple[str, ...]:
        """The categories of the archive site."""
        return tuple(name for name in self.category if not web_category_path(name))

    def covers_month(self, first_day: date) -> bool:
        """Return True if the arguments cover a day of the month."""
        is_late_enough = self.since is None or self.since.replace(day=1) <= first_day
        return is_late_enough and (self.until is None or first_day <= self.until)


def web_category_path(name: str) -> str:
    """Return the path of the first page of a category of the web site, given by URL; '' for anything else.

    >>> web_category_path("https://finance.eastmoney.com/a/czqyw_3.html"), web_category_path("TechWeb")
    ('/a/czqyw.html', '')
    """
    try:
        return category_page.category_page_path(urlsplit(name).path) if is_url(name) else ""
    except ValueError:  # "http://[a"
        return ""


def is_url(name: str) -> bool:
    """Return True if a category is given by URL.

    >>> is_url("http://127.0.0.1/category/TechWeb.html"), is_url("a://b")
    (True, False)
    """
    return URL.match(name) is not None


def category_path(name: str) -> str:
    """Return the path of a category page, given by slug, outlet or URL.

    >>> category_path("TechWeb"), category_path("华龙网-新重庆客户端")
    ('/category/TechWeb.html', '/category/hualongwangxinzhongqingkehuduan.html')
    >>> category_path("21世纪经济报道  南财理财通"), category_path("东财滚动新闻")
    ('/category/21shijijingjibaodao%20%20nancailicaitong.html', '/emnews/')
    """
    if is_url(name):
        return urlsplit(name).path or "/"
    return f"/{EMNEWS_SLUG}/" if name in (EMNEWS_TAG, EMNEWS_SLUG) else outlet_path(name)


def outlet_path(media_name: str) -> str:
    """Return the path of an outlet's category page.

    >>> outlet_path("a/b"), outlet_path("emnews")
    ('/category/a-b.html', '/category/emnews-.html')
    """
    return f"/category/{quote(slug(media_name), safe='()')}.html"


def category_path_of(heading: TagHeading) -> str:
    """Return the path of the category page of a heading on the home page; '' for other headings.

    >>> category_path_of(TagHeading("TechWeb新闻")), category_path_of(TagHeading("Techweb新闻", "/category/!techweb/"))
    ('/category/TechWeb.html', '/category/!techweb/')
    """
    # Other headings, such as the one of the newest hundred posts, are not tags.
    if heading.address or not heading.tag.endswith(TAG_SUFFIX):
        return heading.address
    return f"/{EMNEWS_SLUG}/" if heading.tag == EMNEWS_TAG else outlet_path(heading.tag.removesuffix(TAG_SUFFIX))
