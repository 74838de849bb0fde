"""Paths and URLs of the pages of the site. No two paths differ only in case.

Source: upstream.md, "Slugs" and "Site pages".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from finews_crawler.content.safe_names import fold, folder_of, safe_name
from finews_crawler.content.slug import EMNEWS_SLUG

# The characters that Jekyll does not percent-encode in a URL, besides letters and digits.
UNESCAPED_IN_PATH = "/!$&'()*+,;=:@-._~"


def url_of(path: str) -> str:
    """Return the URL path of a file of the site.

    >>> url_of("category/Career In touxingPEVC.html"), url_of("emnews/index.html")
    ('/category/Career%20In%20touxingPEVC.html', '/emnews/')
    """
    return "/" + quote(path.removesuffix("index.html") if path.endswith("/index.html") else path, UNESCAPED_IN_PATH)


def file_of(url: str) -> str:
    """Return the path of the file that the site has for the URL path of a post.

    >>> file_of("/zhengquanshibao/2022/05/18/NW1.html"), file_of("/a%20b/notice/"), file_of("/notice")
    ('zhengquanshibao/2022/05/18/NW1.html', 'a b/notice/index.html', 'notice.html')
    """
    path = unquote(url).lstrip("/")
    if path.endswith("/") or not path:
        return f"{path}index.html"
    return path if PurePosixPath(path).suffix == ".html" else f"{path}.html"


class CategoryAddresses:
    """Paths of the category pages: the original site's own, unless another category has it.

    >>> addresses = CategoryAddresses(["TechWeb", "Techweb", "hualongwang", "emnews"])
    >>> addresses.page("TechWeb"), addresses.page("Techweb"), addresses.page("emnews")
    ('category/TechWeb.html', 'category/!techweb/index.html', 'emnews/index.html')
    >>> addresses.moved
    {'Techweb': 'category/!techweb/index.html'}
    >>> addresses.twins("TechWeb"), addresses.twins("hualongwang")
    (['Techweb'], [])
    """

    def __init__(self, slugs: Collection[str]) -> None:
        self._same: dict[str, list[str]] = {}
        for slug in sorted(set(slugs), key=lambda slug: (slug != EMNEWS_SLUG, slug)):  # emnews first: it keeps /emnews/
            self._same.setdefault(fold(slug), []).append(slug)
        later = {slug for same in self._same.values() for slug in same[1:]}
        # Jekyll would write the page elsewhere. The category of a handwritten post may be anything.
        unusual = {slug for slug in slugs if safe_name(slug) != slug or slug.strip() != slug}
        self.moved: Mapping[str, str] = {slug: f"category/{folder_of(slug)}/index.html" for slug in later | unusual}
        """Pages by slug of the categories whose page is not where the footers of their posts link to."""

    def page(self, slug: str) -> str:
        """Return the path of a category's page."""
        own = f"{EMNEWS_SLUG}/index.html" if slug == EMNEWS_SLUG else f"category/{slug}.html"
        return self.moved.get(slug, own)

    def twins(self, slug: str) -> list[str]:
        """Return the other categories whose slug differs from *slug* only in case."""
        return [other for other in self._same.get(fold(slug), []) if other != slug]


def category_month_page(slug: str, month: str) -> str:
    """Return the path of the page that lists a category's posts of one month."""
    return f"category/{folder_of(slug)}/{month}.html"


def ticker_page(symbol: str, month: str = "") -> str:
    """Return the path of the page that lists a ticker's articles, or its articles of one month.

    >>> ticker_page("600050.SH"), ticker_page("PRN.US", "2022-05")
    ('ticker/600050.SH.html', 'ticker/PRN-.US/2022-05.html')
    """
    name = safe_name(symbol)
    return f"ticker/{name}/{month}.html" if month else f"ticker/{name}.html"


def feed_of(page: str) -> str:
    """Return the path of the feed of the posts that a page lists.

    >>> feed_of("ticker/600050.SH.html"), feed_of("emnews/index.html")
    ('ticker/600050.SH.xml', 'emnews/feed.xml')
    """
    folder, name, _ = page.rpartition("index.html")
    return f"{folder}feed.xml" if name else f"{page.removesuffix('.html')}.xml"


def date_page(date: str) -> str:
    """Return the path of the page that lists the posts of a day, or the days of a month.

    >>> date_page("2022-05-18"), date_page("2022-05")
    ('2022/05/18.html', '2022/05.html')
    """
    return f"{date.replace('-', '/')}.html"
