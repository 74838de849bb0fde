"""Checks every link of a built site: in pages, feeds and sitemaps, at the address where the site is published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import etree, html

from finews_crawler.site.address import SiteAddress

ATTRIBUTES = ("href", "src", "action")
REFRESH = re.compile(r"\d+; *url=(.*)")


@dataclass
class Links:
    """Links to the site's own host, as (page, link)."""

    number: int = 0
    broken: list[tuple[str, str]] = field(default_factory=list)


def check_links(folder: Path, address: SiteAddress) -> Links:
    """Check the links of all pages, feeds and sitemaps in *folder* that lead to the host of *address*."""
    found = Links()
    for path in sorted(file for file in folder.rglob("*") if file.suffix in (".html", ".xml")):
        page = path.relative_to(folder).as_posix()
        url = f"{address}/{quote(page)}"
        for link in links_of(path, url):
            target = urlsplit(urljoin(url, link))
            if target.hostname == urlsplit(address.origin).hostname:
                found.number += 1
                if not is_served(folder, address.base, target.path):
                    found.broken.append((page, link))
    return found


def is_served(folder: Path, base: str, path: str) -> bool:
    if not path.startswith(f"{base}/"):
        return False
    file = folder / unquote(path[len(base) + 1 :])
    return (file / "index.html").is_file() if path.endswith("/") else file.is_file()


def links_of(path: Path, url: str) -> Iterator[str]:
    if path.suffix == ".html":
        yield from links_in(path.read_text("utf-8"))
        return
    for element in etree.parse(path).iter():
        yield from (element.get(name) for name in ATTRIBUTES if element.get(name))
        if etree.QName(element).localname == "loc":
            yield element.text or ""
        if etree.QName(element).localname == "content":  # of a feed's entry: a post
            base = element.get("{http://www.w3.org/XML/1998/namespace}base") or url
            yield from (urljoin(base, link) for link in links_in(element.text or ""))


def links_in(page: str) -> Iterator[str]:
    for element in html.fromstring(page).iter():
        yield from (element.get(name) for name in ATTRIBUTES if element.get(name))
        if refresh := REFRESH.fullmatch(element.get("content") or ""):
            yield refresh[1]
