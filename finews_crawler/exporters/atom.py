"""Records as Atom (RFC 4287): a feed for each outlet, or for each ticker, of its newest articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import islice, tee
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from lxml import etree

from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import Record, RecordKey
from finews_crawler.content.safe_names import folder_of, outlet_folder, safe_name
from finews_crawler.content.slug import EMNEWS_TAG, TAG_SUFFIX
from finews_crawler.content.xml_text import xml_text
from finews_crawler.exporters.exporter import Exporter, Option, Snapshot
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.sources import link_to

NAMESPACE = "http://www.w3.org/2005/Atom"
NEWEST = 100
"""Maximum number of entries in a feed."""
ROLLING = EMNEWS_TAG.removesuffix(TAG_SUFFIX)
"""Author of an article without an outlet, as in the feeds of the site."""
FIRST_YEAR = "2021"
"""First year of the archive: a tag URI contains a date on which its minter owned the host (RFC 4151)."""


@dataclass
class Feed:
    """A feed while its articles are collected, newest first."""

    subject: str
    """Slug of the outlet, or symbol of the ticker."""
    title: str
    keys: list[RecordKey] = field(default_factory=list)

    def add(self, key: RecordKey, title: str) -> None:
        """Add an article unless the feed is full. A ticker's title is its first name, which is the newest one."""
        if len(self.keys) < NEWEST and key not in self.keys[-1:]:  # a K-line and an inline link name a ticker twice
            self.keys.append(key)
        if self.title == self.subject:  # a K-line gives no name
            self.title = title


class AtomExporter(Exporter):
    """``media/SLUG.atom`` or ``tickers/SYMBOL.atom``; outlets with one slug have a feed each, and one for all."""

    name = "atom"
    files = ("media/*.atom", "tickers/*.atom")
    options = (Option("by", ("medium", "ticker"), "medium", "subject of each feed"),)

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        written = {}
        kind = "media" if self.chosen["by"] == "medium" else "tickers"
        for path, feed in _paths(self._collect(snapshot), kind):
            # A case-insensitive file system takes TechWeb and Techweb for one name.
            is_taken = (folder / f"{path}.atom").exists()
            name = f"{kind}/{folder_of(feed.subject)}" if is_taken else path
            file = folder / f"{name}.atom"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(render_feed(name, feed, snapshot.records(feed.keys), self.urls))
            written[f"{name}.atom"] = len(feed.keys)
        return written

    def _collect(self, snapshot: Snapshot) -> Iterable[Feed]:
        """Return the feeds with keys only: the records of all feeds would not fit in memory."""
        feeds: dict[tuple[str, str], Feed] = {}
        keys, again = tee(key for key in snapshot.selected(newest_first=True) if key.is_current)
        for key, record in zip(keys, snapshot.records(again), strict=True):
            for subject, outlet, title in self._headings(record):
                feeds.setdefault((subject, outlet), Feed(subject, title)).add(key, title)
        return feeds.values()

    def _headings(self, record: Record) -> Iterator[tuple[str, str, str]]:
        """Yield subject, outlet and title of each feed that contains the article."""
        if self.chosen["by"] == "medium":
            outlet = record["media_name"] or ""
            yield record["slug"], outlet, media_tag(outlet)
            return
        for ticker in record["tickers"]:
            yield ticker["symbol"], "", " ".join(filter(None, (ticker["symbol"], ticker["name"])))


def _paths(feeds: Iterable[Feed], folder: str) -> Iterator[tuple[str, Feed]]:
    """Yield each feed with its path, without suffix; for outlets with one slug also a feed of their newest articles."""
    by_subject: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_subject.setdefault(feed.subject, []).append(feed)
    for subject, same in by_subject.items():
        path = f"{folder}/{safe_name(subject)}"
        if len(same) == 1:
            yield path, same[0]
            continue
        title = "、".join(sorted(feed.title for feed in same))
        newest = merge(*(feed.keys for feed in same), key=lambda key: (key.published_at, key.info_code), reverse=True)
        yield path, Feed(subject, title, list(islice(newest, NEWEST)))
        yield from ((f"{folder}/{outlet_folder(subject, feed.title)}", feed) for feed in same)


def render_feed(path: str, feed: Feed, records: Iterable[Record], urls: PostUrls) -> bytes:
    """Return a feed's bytes. *path*: of its file, without suffix. *records*: newest first, at least one."""
    entries = [_entry(record, urls) for record in records]
    host = urlsplit(urls.share_url).hostname or "finews"
    root = etree.Element(f"{{{NAMESPACE}}}feed", nsmap={None: NAMESPACE})
    add_element(root, "id", f"tag:{host},{FIRST_YEAR}:{quote(path)}")
    add_element(root, "title", feed.title)
    add_element(root, "updated", max(entry.findtext(f"{{{NAMESPACE}}}updated") for entry in entries))
    # Relative to the feed itself, since it may be published anywhere.
    add_element(root, "link", rel="self", type="application/atom+xml", href=f"{quote(path.rpartition('/')[2])}.atom")
    add_element(root, "generator", "finews_crawler")
    root.extend(entries)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(record: Record, urls: PostUrls) -> Any:
    entry = etree.Element(f"{{{NAMESPACE}}}entry")
    # Not the post's URL, which changes when its outlet becomes known: an id is permanent (RFC 4287, 4.2.6).
    add_element(entry, "id", link_to(record["info_code"], urls.share_url))
    add_element(entry, "title", record["title"])
    add_element(entry, "link", rel="alternate", href=record["share_url"])
    add_element(entry, "published", record["published_at"].isoformat())
    add_element(entry, "updated", (record["revised_at"] or record["published_at"]).isoformat())
    author = ROLLING if record["media_name"] is None else record["media_name"]
    add_element(add_element(entry, "author"), "name", author)
    for symbol in dict.fromkeys(ticker["symbol"] for ticker in record["tickers"]):
        add_element(entry, "category", term=symbol)
    if record["digest"]:
        add_element(entry, "summary", record["digest"])
    add_element(entry, "content", record["body_html"], type="html")
    return entry


def add_element(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """Append an element of Atom to *parent*, and return it."""
    valid = {key: xml_text(value) for key, value in attributes.items()}
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", valid)
    child.text = xml_text(text) or None
    return child
