"""Checks of a built site: points that HTML, Atom and sitemap validators find, in its pages, feed and sitemaps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NO_PAGES = {"404.html"}
BLANK = re.compile(r"[ \t\n\f\r]")
"""ASCII whitespace of the HTML standard. Other white space is valid in ids and URLs."""


def problems_of_site(folder: Path) -> list[str]:
    """Return what validators would say of the site in *folder*, apart from the bodies, which are upstream's."""
    found = [
        f"{path.relative_to(folder).as_posix()}: {problem}"
        for path in sorted(folder.rglob("*.html"))
        for problem in problems_of_page(path.read_text("utf-8"))
    ]
    feed = (f"feed.xml: {problem}" for problem in problems_of_feed((folder / "feed.xml").read_bytes()))
    return [*found, *feed, *(f"sitemap.xml: {problem}" for problem in problems_of_sitemaps(folder))]


def problems_of_page(page: str) -> Iterator[str]:
    document = html.document_fromstring(page)
    if (number := len(document.xpath("//h1"))) != 1:
        yield f"{number} h1"
    ids = Counter(document.xpath("//@id[not(ancestor::article)]"))
    yield from (f"id {name!r} {number} times" for name, number in ids.items() if number > 1)
    yield from (f"a blank in the id {name!r}" for name in ids if BLANK.search(name))
    yield from (f"a blank in the link {href!r}" for href in document.xpath("//@href") if BLANK.search(href))
    for time in document.xpath("//time"):
        try:
            has_zone = datetime.fromisoformat(time.get("datetime", "")).tzinfo is not None
        except ValueError:
            has_zone = False
        if not has_zone:
            yield f"the time {time.text!r} has the datetime {time.get('datetime')!r}"


def problems_of_feed(feed: bytes) -> Iterator[str]:
    """Check an Atom feed by RFC 4287, sections 4.1.1 and 4.1.2."""
    document = etree.fromstring(feed)
    if len(document.findall(f"{ATOM}link[@rel='self']")) != 1:
        yield "no link to itself"
    entries = document.findall(f"{ATOM}entry")
    for element in (document, *entries):
        name = element.findtext(f"{ATOM}id") or etree.QName(element).localname
        for required in ("id", "title", "updated"):
            if not element.findtext(f"{ATOM}{required}"):
                yield f"{name} has no {required}"
    for entry in entries:
        if not entry.findtext(f"{ATOM}author/{ATOM}name"):
            yield f"{entry.findtext(f'{ATOM}id')} has no author"
    ids = Counter(entry.findtext(f"{ATOM}id") for entry in entries)
    yield from (f"two entries have the id {name}" for name, number in ids.items() if number > 1)


def problems_of_sitemaps(folder: Path) -> Iterator[str]:
    """Check that the sitemaps name every page once, and nothing else."""
    listed = Counter(_locations(folder, "sitemap.xml"))
    redirects = {path for path in folder.rglob("*.html") if b'http-equiv="refresh"' in path.read_bytes()}
    pages = {path.relative_to(folder).as_posix() for path in {*folder.rglob("*.html")} - redirects} - NO_PAGES
    yield from (f"{page} is missing" for page in sorted(pages - listed.keys()))
    yield from (f"{page} is no page" for page in sorted(listed.keys() - pages))
    yield from (f"{page} is named {number} times" for page, number in listed.items() if number > 1)


def _locations(folder: Path, sitemap: str) -> Iterator[str]:
    """Yield the files of the URLs in a sitemap, and in those that it names, of a site at the root of its host."""
    root = etree.parse(folder / sitemap).getroot()
    for location in root.iter(f"{SITEMAP}loc"):
        path = unquote(urlsplit(location.text).path)[1:]
        if root.tag == f"{SITEMAP}sitemapindex":
            yield from _locations(folder, path)
        else:
            yield f"{path}index.html" if path == "" or path.endswith("/") else path
