"""URLs of lists on the pages of the archive's own site: a category's page and the pages of its months.

Source of the formats: the theme of this project's Jekyll site. The old archive's pages link to neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urljoin, urlsplit

CATEGORY_ADDRESS = re.compile(r"/category/[^/].*|/emnews/")
MONTH_PAGE = re.compile(r"/category/[^/]+/(\d{4})-(\d{2})\.html", re.ASCII)
# A decoded path segment that leads elsewhere ("%2e%2e"), or that some server would split ("a%2Fb").
MISLEADING = re.compile(r"\.{1,2}|.*[/\\\x00-\x1f\x7f].*", re.DOTALL)
MOST_MONTHS = 1200
"""Month pages of one category that are followed: a hundred years."""


@dataclass(frozen=True)
class MonthLink:
    """A page that lists all posts of one category in one month."""

    path: str
    first_day: date


def month_link(path: str) -> MonthLink | None:
    """Parse the path of a month page; None for any other path.

    >>> month_link("/category/!tech!web/2022-05.html").first_day
    datetime.date(2022, 5, 1)
    >>> month_link("/category/TechWeb.html") is month_link("/category/techweb/2022-13.html") is None
    True
    """
    found = MONTH_PAGE.fullmatch(path)
    if not found or _misleads(path):
        return None
    try:
        return MonthLink(path, date(int(found[1]), int(found[2]), 1))
    except ValueError:  # month 13, or the year 0
        return None


def month_links(base: str, hrefs: Iterable[str]) -> tuple[list[MonthLink], list[str]]:
    """Return the month pages that the page at *base* links to, each once, and the links that must not be followed.

    >>> hrefs = ["/category/x/2022-05.html", "//elsewhere/category/x/2022-04.html"]
    >>> months, left_out = month_links("http://127.0.0.1/category/x.html", hrefs)
    >>> [month.path for month in months], left_out
    (['/category/x/2022-05.html'], ['//elsewhere/category/x/2022-04.html'])
    """
    months: dict[str, MonthLink] = {}
    left_out: list[str] = []
    for href in hrefs:
        month = month_link(path_on_site(base, href) or "")
        if month is None or (month.path not in months and len(months) >= MOST_MONTHS):
            left_out.append(href)
        else:
            months[month.path] = month
    return list(months.values()), left_out


def category_address(base: str, hrefs: Iterable[str]) -> str:
    """Return the path of the category that a heading on the page at *base* links to; '' without such a link.

    >>> category_address("http://127.0.0.1/", ["#top", "/category/!techweb/"])
    '/category/!techweb/'
    >>> category_address("http://127.0.0.1/", ["//elsewhere/category/techweb.html"])
    ''
    """
    paths = (path_on_site(base, href) or "" for href in hrefs)
    return next((path for path in paths if CATEGORY_ADDRESS.fullmatch(path) and not _misleads(path)), "")


def path_on_site(base: str, href: str) -> str | None:
    """Return the path of a link on the page at *base*; None for a link to another host, or with a query or fragment.

    >>> path_on_site("http://127.0.0.1/category/x.html", "../emnews/")
    '/emnews/'
    >>> path_on_site("http://127.0.0.1/", "javascript:void(0)") is None
    True
    """
    try:
        page, link = urlsplit(base), urlsplit(urljoin(base, href.strip()))
    except ValueError:  # "http://[a"
        return None
    is_here = link.scheme in ("http", "https") and link.netloc == page.netloc
    return link.path if is_here and not (link.query or link.fragment) else None


def _misleads(path: str) -> bool:
    """Return True if some server may resolve *path* to another one."""
    return any(MISLEADING.fullmatch(unquote(part)) for part in path.split("/"))
