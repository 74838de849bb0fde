"""Category pages of the web site, ``/a/czqyw.html``: articles as HTML, newest first, with dates without a year.

Source: upstream-today.md, "Category pages". Pages 2 to 25 are ``/a/czqyw_2.html`` and so on.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from parsel import Selector

from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.items import Article, article_from
from finews_crawler.sources.eastmoney_web.pages import CATEGORY
from finews_crawler.sources.html_response import is_cut_off_page
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import row_text
from finews_crawler.utils.timezone import BEIJING

PATH = re.compile(r"(?P<name>/a/c[a-z0-9]{1,30})(?:_(?P<number>[0-9]{1,3}))?\.html", re.ASCII)
SITE = re.compile(r"(?:[a-z0-9-]+\.)*eastmoney\.com", re.ASCII)
FIRST_YEAR = 2000
LAST_PAGE = 25
SHOWN = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.ASCII)
BACKDATED = timedelta(days=7)
"""Time by which an article may be dated before the day on which it was made."""
HALF_A_YEAR = timedelta(days=183)


@dataclass
class CategoryPage:
    """Articles of one page in its own order; or the reason for an empty result."""

    outcome: Outcome
    articles: list[Article] = field(default_factory=list)
    detail: str = ""
    left_out: list[str] = field(default_factory=list)
    """Links of rows that are not articles, such as blogs and advertisements."""


def category_page_path(path: str) -> str:
    """Return the path of the first page of the category that *path* is a page of; '' for any other path.

    >>> category_page_path("/a/czqyw_2.html"), category_page_path("/a/202206142412345678.html")
    ('/a/czqyw.html', '')
    """
    found = PATH.fullmatch(path)
    return f"{found['name']}.html" if found else ""


def numbered(path: str, number: int) -> str:
    """Return the path of page *number* of the category with the first page *path*.

    >>> numbered("/a/czqyw.html", 1), numbered("/a/czqyw.html", 25)
    ('/a/czqyw.html', '/a/czqyw_25.html')
    """
    return path if number == 1 else path.removesuffix(".html") + f"_{number}.html"


def is_on_site(url: str) -> bool:
    """Return True for a URL of the web site or of one of its sister hosts, ``stock.eastmoney.com``."""
    try:
        return bool(SITE.fullmatch(urlsplit(url).hostname or ""))
    except ValueError:  # "http://[a"
        return False


def parse_category_page(body: bytes, before: datetime | None = None) -> CategoryPage:
    """Parse one page. Never raises.

    *before*: time of the last row of the page before this one, None for the first page. Without the list it is a page
    of another kind, and without any page at all a ban; a list without rows is a day without news. Of a page that is cut
    off, no row is read: the rows of the next page continue those of a whole one.
    """
    text = decode_bytes(body)
    if not text.strip():
        return CategoryPage(Outcome.BLOCKED, detail="an empty page")
    # Without a type, parsel takes a text that is valid JSON, such as "404", for JSON, and css raises.
    lists = Selector(text=text, type="html").css("#newsListContent")
    if is_cut_off_page(text):
        return CategoryPage(Outcome.CUT_OFF, detail=f"a page that ends after {len(text)} characters")
    if not lists:
        return CategoryPage(Outcome.CHANGED_SHAPE, detail=f"no #newsListContent: {one_line(text)[:80]!r}")
    rows = lists[0].xpath("li")
    page = CategoryPage(Outcome.ARTICLES if rows else Outcome.NO_NEWS)
    for row in rows:
        article = _read_row(row, before)
        if article is None:
            page.left_out.append(one_line(_link_of(row)))
            continue
        before = article.published_at or before
        page.articles.append(article)
    if rows and not page.articles:
        return CategoryPage(Outcome.CHANGED_SHAPE, detail=f"no article in any of {len(rows)} rows")
    return page


def _read_row(row: Selector, before: datetime | None) -> Article | None:
    """Return the article of a row; None for a row that does not link to one."""
    link = one_line(_link_of(row))
    info_code = info_code_in_url(link)
    if info_code is None:
        return None
    title = one_line("".join(row.css("p.title")[0].css("a ::text").getall()))
    shown = one_line("".join(row.css("p.time ::text").getall()))
    digest = one_line(row.css("p.info::attr(title)").get(""))
    public_url = f"http:{link}" if link.startswith("//") else link
    published_at = shown_time(shown, info_code, before)
    article = article_from(
        CATEGORY.name, info_code, title=title, published_at=published_at, digest=digest, public_url=public_url
    )
    article.payload = row_text({"title": title, "time": shown, "info": digest, "url": link})
    article.listing_hash = hashlib.sha256(article.payload.encode()).hexdigest()
    return article


def _link_of(row: Selector) -> str:
    """Return the link of a row's first title: a search in all of them is quadratic where each contains the next."""
    title = row.css("p.title")[:1]
    return str(title.css("a::attr(href)").get(""))


def shown_time(text: str, info_code: str, before: datetime | None = None) -> datetime | None:
    """Return the time of a row, ``06月14日 17:56``, in the year that its infoCode and its place in the list give.

    The digits of an infoCode begin with the day on which the article was made. It is shown on that day or later: the
    year is the first one in which the shown day is not before it, but for BACKDATED. Rows are newest first: a time half
    a year after *before*, the time of the row above, is one of the year before, unless the article was made then: an
    old row may be pinned above it.

    >>> shown_time("01月01日 00:10", "NW202512313607881234").isoformat()
    '2026-01-01T00:10:00+08:00'
    >>> shown_time("12月31日 23:58", "NW202512313607880001").isoformat()
    '2025-12-31T23:58:00+08:00'
    >>> shown_time("13月31日 23:58", "NW202512313607880001") is None
    True
    """
    found = SHOWN.search(text)
    year, month, day = (int(info_code[place]) for place in (slice(2, 6), slice(6, 8), slice(8, 10)))
    made = _time_of(year, [month, day, 0, 0])
    if found is None or made is None or made.year < FIRST_YEAR:
        return None
    numbers = [int(found[name]) for name in ("month", "day", "hour", "minute")]
    times = filter(None, (_time_of(made.year + offset, numbers) for offset in (-1, 0, 1)))
    shown = min((time for time in times if time >= made - BACKDATED), default=None)
    if shown is None:  # 29 February
        return None
    is_late = before is not None and min(shown - before, shown - made) > HALF_A_YEAR
    return (_time_of(shown.year - 1, numbers) or shown) if is_late else shown


def _time_of(year: int, numbers: list[int]) -> datetime | None:
    month, day, hour, minute = numbers
    try:
        return datetime(year, month, day, hour, minute, tzinfo=BEIJING)
    except ValueError:
        return None
