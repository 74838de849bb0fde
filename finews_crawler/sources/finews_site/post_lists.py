"""Lists of posts on the archive site, as Jekyll rendered them: home, category, month and feed."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import unquote, urljoin, urlsplit

from parsel import Selector

from finews_crawler.content.decoding import decode_bytes, one_line, replace_lone_surrogates
from finews_crawler.content.info_code import normalise_info_code
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.exceptions import InvalidInfoCode
from finews_crawler.sources.finews_site.category_links import MonthLink, category_address, month_links, path_on_site
from finews_crawler.sources.finews_site.list_page_parser import ListPage, read_list_page
from finews_crawler.sources.html_response import is_cut_off_page
from finews_crawler.sources.outcome import Outcome

POST_PATH = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/([^/]+)\.html$", re.ASCII)
# lxml decodes a reference to a surrogate in XML, and raises when it returns the text. parsel removes NULs, so that
# "&#x\0d800;" would become one: NULs go first.
SURROGATE_REFERENCE = re.compile(
    r"&#(?:x0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]))(?![0-9a-fA-F]);?",
    re.ASCII,
)
ROLLING_CATEGORY = f"/category/{EMNEWS_SLUG}.html"
END_OF_FEED = re.compile(r"</(?:[\w.-]+:)?feed\s*>\s*\Z")


@dataclass(frozen=True, slots=True)  # a page may name 30,000
class PostLink:
    """A link to a post."""

    url: str
    info_code: str
    """'' if the URL contains none, as for the site's own notices."""
    day: date


@dataclass(frozen=True)
class TagHeading:
    """A heading above a list of posts."""

    tag: str
    """Such as ``证券时报新闻``."""
    address: str = ""
    """Path of the category's page if the heading links to it, otherwise ''."""


@dataclass
class PostList:
    """Parsed home page, category page, month page or feed."""

    outcome: Outcome
    posts: list[PostLink] = field(default_factory=list)
    headings: list[TagHeading] = field(default_factory=list)
    detail: str = ""
    months: list[MonthLink] = field(default_factory=list)
    """Pages of all months of the category, including the posts on this page."""
    left_out: list[str] = field(default_factory=list)
    """Links to months that must not be followed."""
    contents: str = ""
    """Path of the page of all outlets, see ``parse_contents``; '' without a link to one."""
    more: str = ""
    """Path of the list's continuation: the old site's ``/emnews/`` has a hundred posts, and links to all of them."""


def post_link(url: str) -> PostLink | None:
    """Parse the URL of a post; None for any other URL.

    >>> post_link("http://127.0.0.1/hualongwang/2022/05/18/NW202205182383638060.html").info_code
    'NW202205182383638060'
    >>> post_link("http://127.0.0.1/emnews/2022/05/26/202205262391921712.html").info_code
    'NW202205262391921712'
    >>> post_link("http://127.0.0.1/category/emnews.html") is None
    True
    """
    try:
        found = POST_PATH.search(unquote(urlsplit(url).path))
        if not found:
            return None
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:  # "http://[a", or a post of 2022/02/30
        return None
    try:
        return PostLink(url, normalise_info_code(found[4]), day)
    except InvalidInfoCode:
        return PostLink(url, "", day)


def parse_post_list(url: str, body: bytes) -> PostList:
    """Parse the home page, a category page or a month page at *url*. Never raises.

    >>> page = b'<h2 id="A">A</h2><ul><li><a href="/a/2022/05/18/NW202205182383638060.html">T</a></li></ul>'
    >>> [post.url for post in parse_post_list("http://127.0.0.1/category/a.html", page).posts]
    ['http://127.0.0.1/a/2022/05/18/NW202205182383638060.html']
    >>> parse_post_list("http://127.0.0.1/", b"<title>403</title>").outcome.value
    'blocked'
    """
    text = decode_bytes(body)
    if not text.strip():
        return PostList(Outcome.BLOCKED, detail="an empty page")
    page = read_list_page(text)
    posts, (months, left_out) = _post_links(url, page.hrefs), month_links(url, page.months)
    tags = ((one_line(heading.id), heading.hrefs) for heading in page.headings)
    headings = [TagHeading(tag, category_address(url, hrefs)) for tag, hrefs in tags if tag]
    outcome, detail = Outcome.ARTICLES, ""
    if is_cut_off_page(text):
        outcome, detail = Outcome.CUT_OFF, f"a page that ends after {len(text)} characters"
    elif not posts:
        outcome, detail = _without_posts(page, bool(headings), text)
    more = ROLLING_CATEGORY if _links_to_all(url, page.other_hrefs) else ""
    contents = next((path for href in page.contents if (path := path_on_site(url, href) or "")), "")
    return PostList(outcome, posts, headings, detail, months, left_out, contents, more)


def parse_contents(url: str, body: bytes) -> PostList:
    """Parse the page of the own site that lists all outlets: ``headings`` has an address for each. Never raises.

    >>> page = b'<section><ul><li><a href="/category/a.html">A</a></li></ul></section>'
    >>> [heading.address for heading in parse_contents("http://127.0.0.1/media.html", page).headings]
    ['/category/a.html']
    """
    text = decode_bytes(body)
    if not text.strip():
        return PostList(Outcome.BLOCKED, detail="an empty page")
    page = read_list_page(text)
    addresses = dict.fromkeys(filter(None, (category_address(url, [href]) for href in page.hrefs)))
    headings = [TagHeading("", address) for address in addresses]
    if is_cut_off_page(text):
        return PostList(Outcome.CUT_OFF, headings=headings, detail=f"a page that ends after {len(text)} characters")
    if headings:
        return PostList(Outcome.ARTICLES, headings=headings)
    outcome, detail = _without_posts(page, has_headings=False, text=text)
    return PostList(outcome, detail=detail)


def _links_to_all(url: str, hrefs: list[str]) -> bool:
    """Return True for the page ``/emnews/`` with a link to the category page of the rolling list."""
    is_short = path_on_site(url, "") == f"/{EMNEWS_SLUG}/"
    return is_short and any(path_on_site(url, href) == ROLLING_CATEGORY for href in hrefs)


def _without_posts(page: ListPage, has_headings: bool, text: str) -> tuple[Outcome, str]:
    """Return the outcome of a page without posts, and its reason."""
    # The category page of an outlet without posts has neither a heading nor rows in its list.
    if has_headings or page.has_empty_list:
        return Outcome.NO_NEWS, ""
    if page.has_section:
        return Outcome.CHANGED_SHAPE, f"a <section> without a post ({len(page.hrefs)} list links)"
    return Outcome.BLOCKED, f"not a page of the archive: {one_line(text)[:80]!r}"


def parse_feed(url: str, body: bytes) -> PostList:
    """Parse the Atom document of jekyll-feed, which has the newest ten posts. Never raises.

    >>> entry = b'<entry><link href="/a/2022/05/18/NW202205182383638060.html"/></entry>'
    >>> feed = b'<feed xmlns="http://www.w3.org/2005/Atom">' + entry + b'</feed>'
    >>> parse_feed("http://127.0.0.1/feed.xml", feed).posts[0].info_code
    'NW202205182383638060'
    """
    text = SURROGATE_REFERENCE.sub("\ufffd", replace_lone_surrogates(decode_bytes(body)).replace("\x00", ""))
    # parsel resolves no entities and opens no connection, so that a "billion laughs" document stays small.
    feed = Selector(text=text, type="xml", huge_tree=False).xpath("/*[local-name()='feed']")
    if not feed:
        return PostList(Outcome.BLOCKED, detail="not an Atom feed")
    posts = _post_links(url, feed.xpath("*[local-name()='entry']/*[local-name()='link']/@href").getall())
    if not END_OF_FEED.search(text):
        return PostList(Outcome.CUT_OFF, posts, detail="a feed cut off before its end")
    if not posts and "<!DOCTYPE" in text:
        return PostList(Outcome.CHANGED_SHAPE, detail="a feed of entities, without entries")
    return PostList(Outcome.ARTICLES if posts else Outcome.NO_NEWS, posts)


def _post_links(base: str, hrefs: list[str]) -> list[PostLink]:
    """Return the posts among the links of the page at *base*."""
    links = []
    for href in hrefs:
        with suppress(ValueError):  # "http://[a"
            links.append(post_link(urljoin(base, href.strip())))
    return [link for link in links if link]
