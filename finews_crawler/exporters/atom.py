"""Records as Atom (RFC 4287): a feed for each medium, or for each ticker, of its newest articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from lxml import etree

from finews_crawler.archive.snapshot import IndexSnapshot, Key
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import Record
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.sources.eastmoney.share_page import share_url
from finews_crawler.utils.xml_text import xml_text

NAMESPACE = "http://www.w3.org/2005/Atom"
NEWEST = 100
"""Entries of a feed."""
FIRST_YEAR = "2021"
"""Of the archive: a tag URI names a day on which the host was its minter's (RFC 4151)."""


class Place(NamedTuple):
    """A feed: its file without its ending, and its title."""

    path: str
    title: str


def _by_medium(record: Record) -> Iterator[Place]:
    yield Place(f"media/{record['slug']}", media_tag(record["media_name"] or ""))


def _by_ticker(record: Record) -> Iterator[Place]:
    for ticker in record["tickers"]:
        yield Place(f"tickers/{ticker['symbol']}", " ".join(filter(None, (ticker["symbol"], ticker["name"]))))


GROUPINGS: dict[str, Callable[[Record], Iterator[Place]]] = {"medium": _by_medium, "ticker": _by_ticker}


def write_atom(held: IndexSnapshot, folder: Path, by: str, addresses: PostUrls) -> dict[str, int]:
    """Write the feeds below *folder*; the files, and how many articles each has."""
    feeds: dict[str, list[Key]] = {}
    titles: dict[str, str] = {}
    for key in held.selected(newest_first=True):
        if key.is_current:
            _take(key, GROUPINGS[by](held.record(key)), feeds, titles)
    written = {}
    for path, keys in feeds.items():
        file = folder / f"{path}.atom"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(render_feed(Place(path, titles[path]), map(held.record, keys), addresses))
        written[f"{path}.atom"] = len(keys)
    return written


def _take(key: Key, places: Iterable[Place], feeds: dict[str, list[Key]], titles: dict[str, str]) -> None:
    """Note an article in each of its feeds. A ticker is titled with the first name it is given, which is the newest."""
    for place in places:
        keys = feeds.setdefault(place.path, [])
        if len(keys) < NEWEST and key not in keys[-1:]:  # by its K-line and inline, a security is named twice
            keys.append(key)
        without_name = place.path.partition("/")[2]
        if titles.get(place.path, without_name) == without_name:
            titles[place.path] = place.title


def render_feed(place: Place, records: Iterable[Record], addresses: PostUrls) -> bytes:
    """A feed's bytes. *records*: newest first, at least one."""
    entries = [_entry(record, addresses) for record in records]
    host = urlsplit(addresses.share_url).hostname or "finews"
    feed = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    _add(feed, "id", f"tag:{host},{FIRST_YEAR}:{quote(place.path)}")
    _add(feed, "title", place.title)
    _add(feed, "updated", max(entry.findtext(f"{{{NAMESPACE}}}updated") for entry in entries))
    _add(feed, "generator", "finews_crawler")
    feed.extend(entries)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(record: Record, addresses: PostUrls) -> Any:
    entry = etree.Element(f"{{{NAMESPACE}}}entry")
    # Not the address its post names, which changes when its medium becomes known.
    _add(entry, "id", share_url(addresses.share_url, record["info_code"]))
    _add(entry, "title", record["title"])
    _add(entry, "link", rel="alternate", href=record["share_url"])
    _add(entry, "published", record["published_at"].isoformat())
    _add(entry, "updated", (record["known_from"] or record["published_at"]).isoformat())
    _add(_add(entry, "author"), "name", media_tag("") if record["media_name"] is None else record["media_name"])
    for symbol in dict.fromkeys(ticker["symbol"] for ticker in record["tickers"]):
        _add(entry, "category", term=symbol)
    if record["digest"]:
        _add(entry, "summary", record["digest"])
    _add(entry, "content", record["body_html"], type="html")
    return entry


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    told = {key: xml_text(value) for key, value in attributes.items()}
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", told)
    child.text = xml_text(text) or None
    return child
