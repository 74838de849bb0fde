"""Description of a source: a site's hosts, keys, surfaces and ban signs, as plain data.

A *surface* is one kind of response of a site: a rolling list, an article's JSON, an archived page. Its name is the word
in ``Article.origins``. All checks run at import, so that a wrong description stops every command at once. Every command
makes all descriptions: the dataclasses have no methods that nothing calls, since generating those takes time.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlsplit

from finews_crawler.content.decoding import replace_lone_surrogates
from finews_crawler.items import Article, article_from
from finews_crawler.sources.ban_signs import BanSign, status_sign
from finews_crawler.sources.outcome import ParsedArticle, ParsedList

LIST_FIELDS = ("title", "published_at", "media_name", "digest", "public_url")
"""Fields of ``Article`` that a list may give."""
BODY_FIELDS = ("text_html", "content_html", "source_url")
UPSTREAM_FIELDS = LIST_FIELDS + BODY_FIELDS
"""Every field of ``Article`` that comes from a source; all others are derived from these."""


LESS_EXACT = 10
"""Ranks from this one on are for values that are less exact than a post's own, such as times without seconds. A post
that was read back into the index keeps its own."""
LONGEST_PAGE = 20
"""Digits of a page number or a cursor."""


def row_text(row: object) -> str:
    """Return a row that was parsed from JSON as text that can be encoded."""
    return replace_lone_surrogates(json.dumps(row, ensure_ascii=False))


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Surface:
    """One kind of response of a site. Raises ValueError for an unknown field, or one without a precedence."""

    name: str
    host_setting: str
    gives: tuple[str, ...]
    """Fields that its parser fills in."""
    precedence: Mapping[str, int]
    """For each of these fields a rank among all surfaces: the lowest number wins."""
    is_copy: bool = False
    """True for a surface whose bodies are copies of another surface's, such as an archived page."""

    def __post_init__(self) -> None:
        unknown = [field for field in self.gives if field not in UPSTREAM_FIELDS]
        if unknown:
            raise ValueError(f"surface {self.name!r} gives {', '.join(unknown)}, which Article does not have")
        unranked = [field for field in self.gives if field not in self.precedence]
        if unranked:
            raise ValueError(f"surface {self.name!r} gives {', '.join(unranked)} without a precedence")

    @property
    def family(self) -> str:
        """Surfaces of one family show one database, ``columns:344`` and ``columns:345``: their copies correct each
        other."""
        return family_of(self.name)


def family_of(origin: str) -> str:
    """Return the part of a surface's name that it shares with its family.

    >>> family_of("columns:345"), family_of("media")
    ('columns', 'media')
    """
    return origin.partition(":")[0]


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ListSurface(Surface):
    """A list that ``finews crawl channel`` polls."""

    path: str
    """Path and query of its URL; ``{count}`` is the number of rows to request. If it has pages, ``{page}`` is where
    one begins: a number, or a cursor."""
    parse: Callable[[bytes, ListSurface], ParsedList]
    """Parse a response body of this surface. Never raises: a body of any bytes has an ``Outcome``."""
    list_key: str = ""
    """JSON key of the rows, for the parsers that need one."""
    is_polled: bool = True
    """False for a list that is polled only if ``-a channels=`` names it."""
    max_count: int = 500
    """Rows of one response at most."""
    first_page: str = ""
    """``{page}`` of the newest rows."""
    volatile: frozenset[str] = frozenset()
    """Keys of a row whose values change without a change of its article, such as a number of comments."""
    is_next_counted: bool = False
    """True if its responses do not give the number of the next page: it is one more, as long as a page has rows."""
    page_before: Callable[[datetime], str] | None = None
    """``{page}`` whose rows begin before a time, for lists with a cursor: they can be entered anywhere, and the cursor
    gets smaller from page to page."""

    @property
    def has_pages(self) -> bool:
        return "{page}" in self.path

    def url(self, host: str, count: int, page: str | None = None) -> str:
        """Return the URL of *count* rows on *host*, ``http://HOST``: of the newest, or those of *page*.

        >>> from finews_crawler.sources.eastmoney.channels import CHANNELS
        >>> CHANNELS["media"].url("http://127.0.0.1:8000", 100)
        'http://127.0.0.1:8000/web/webapi?type=45&count=100&newsid=1'
        """
        place = self.first_page if page is None else quote(page, safe="")
        return host.rstrip("/") + self.path.format(count=min(count, self.max_count), page=place)

    def page_after(self, page: str, found: ParsedList) -> str:
        """Return ``{page}`` of the rows that are older than those of *page*; '' at the end of the list.

        *found* is the parsed response for *page*. A cursor that does not get smaller, or a page number that does not
        get larger, would be read for ever: the list ends there. The parser cannot check it, since it is not told which
        page it reads; for the same reason it cannot count pages that are not numbered (``is_next_counted``). The number
        after a page is always one more: a response that names another would skip the pages in between.

        >>> from finews_crawler.sources.eastmoney_web.channels import CHANNELS
        >>> from finews_crawler.sources.outcome import Outcome
        >>> fast, at = CHANNELS["fast"], "1781590197015624"
        >>> [fast.page_after(at, ParsedList(Outcome.ARTICLES, next_page=page)) for page in ("1781590000000000", at)]
        ['1781590000000000', '']
        """
        after = found.next_page
        if not after and self.is_next_counted and found.articles and page.isdigit():
            return str(int(page) + 1)
        if not (after.isascii() and after.isdigit()) or len(after) > LONGEST_PAGE:
            return ""
        if not page.isdigit():
            return after
        if self.page_before is not None:
            return after if int(after) < int(page) else ""
        return str(int(page) + 1) if int(after) > int(page) else ""

    def article(self, row: object, info_code: str, **fields: object) -> Article:
        """Return the article of a row that was parsed from JSON, with the fields that the row gives.

        The row is its payload. Its hash keeps a rejected article out of the next runs until the row changes in more
        than its volatile values.
        """
        article = article_from(self.name, info_code, **fields)
        article.payload = row_text(row)
        hashed = article.payload
        if self.volatile and isinstance(row, dict):
            hashed = row_text({key: value for key, value in row.items() if key not in self.volatile})
        article.listing_hash = hashlib.sha256(hashed.encode()).hexdigest()
        return article


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ArticleSurface(Surface):
    """The response that has an article's body. Its URL contains the key, so that no article looks like a list."""

    path: str
    """Path and query of its URL, with ``{info_code}`` in it, or ``{digits}``, the infoCode without its letters."""
    parse: Callable[[bytes, str], ParsedArticle]
    """Parse a response body for an infoCode. Never raises: a body of any bytes has an ``Outcome``."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if "{info_code}" not in self.path and "{digits}" not in self.path:
            raise ValueError(f"surface {self.name!r} has a path without {{info_code}} or {{digits}}: {self.path}")

    def url(self, host: str, info_code: str) -> str:
        """Return the URL of an article's body on *host*, ``http://HOST``."""
        return host.rstrip("/") + self.path.format(info_code=info_code, digits=info_code[2:])


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Source:
    """A site, or a group of sites, that publishes articles under keys of its own."""

    name: str
    key: re.Pattern[str]
    """The infoCodes of its articles: two capital letters of its own and 18 digits."""
    hosts: Mapping[str, str]
    """Settings that name its hosts, each with its default URL; '' if no default works."""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Settings of ``hosts`` whose default redirects to other hosts of the site, with the URLs of these hosts. Such a
    redirect is followed as long as the setting has its default."""
    link: str = ""
    """Public link of an article: ``{info_code}``, and ``{host}`` for the value of ``FINEWS_POST_SHARE_URL``."""
    lists: tuple[ListSurface, ...] = ()
    articles: tuple[ArticleSurface, ...] = ()
    """Surfaces that have the body of an article, in the order of requests; none if another source has the
    bodies of its articles."""
    others: tuple[Surface, ...] = ()
    """Surfaces that a spider of their own reads."""
    ban_sign: BanSign = status_sign
    mock: str = ""
    """Dotted name of a function in ``testing`` that adds its routes to the origin."""

    def __post_init__(self) -> None:
        for surface in self.surfaces:
            if surface.host_setting not in self.hosts:
                raise ValueError(f"surface {surface.name!r}: {surface.host_setting} is not a host of {self.name}")
        for name in self.aliases:
            if not self.hosts.get(name):
                raise ValueError(f"source {self.name!r} has aliases of {name}, which has no default")

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        return (*self.lists, *self.articles, *self.others)

    def urls(self, settings: Mapping[str, str]) -> list[str]:
        """Return the URLs of its hosts, as *settings* (setting → URL) name them, and of the aliases of the defaults.

        >>> site = Source(name="harbour", key=re.compile("HB"), hosts={"A": "http://a.test", "B": ""},
        ...     aliases={"A": ("http://c.test",)})
        >>> site.urls({"A": "http://a.test/", "B": "http://b.test"}), site.urls({"A": "http://d.test"})
        (['http://a.test/', 'http://b.test', 'http://c.test'], ['http://d.test'])
        """
        named = {name: settings[name] for name in self.hosts if settings.get(name)}
        defaults = [name for name in self.aliases if _place_of(named.get(name, "")) == _place_of(self.hosts[name])]
        return [*named.values(), *(url for name in defaults for url in self.aliases[name])]

    def link_to(self, info_code: str, share_host: str) -> str:
        """Return the public link of an article, as its post has it.

        >>> from finews_crawler.sources.eastmoney import SOURCE
        >>> SOURCE.link_to("NW202205182383638060", "http://finews.zning.xyz")
        'http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060'
        """
        return self.link.format(host=share_host.rstrip("/"), info_code=info_code)

    def is_at(self, url: str, settings: Mapping[str, str]) -> bool:
        """Return True if a host of this source, as *settings* name them, has the host and port of *url*."""
        place = _place_of(url)
        return place is not None and place in map(_place_of, self.urls(settings))


def _place_of(url: str) -> tuple[str, int] | None:
    """Return host and port; 80 and 443 are one port, since a site may redirect from http to https."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        return None
    return (parts.hostname.rstrip("."), 80 if port == 443 else port) if parts.hostname else None
