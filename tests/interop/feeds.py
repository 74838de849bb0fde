"""What a feed reader has to have of the entries of each feed, in their order, and how its lines are compared."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lxml import etree

from finews_crawler import Archive, ArticleRecord
from finews_crawler.exporters.atom import NAMESPACE
from finews_crawler.exporters.jekyll_post import media_tag
from finews_crawler.site.post_data import digest_line
from tests.interop.cells import Outcome
from tests.interop.expected import compare, records_in, short
from tests.interop.material import SITE, Material
from tests.interop.posts import BEIJING, words
from tests.support.jekyll_site import serving

SHARE = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode="
IN_SITE_FEED = 20
FIELDS = ("title", "id", "link", "published", "updated", "author", "tags", "words", "self")
ATOM = f"{{{NAMESPACE}}}"
Entry = dict[str, Any]


def _entries(records: Iterable[ArticleRecord], feed: str, path: str) -> Iterator[Entry]:
    for number, record in enumerate(records):
        yield {
            "info_code": f"{feed} {number:03}",
            "self": path,
            "id": f"{SHARE}{record.info_code}",
            "title": record.title,
            "link": record.share_url,
            "published": record.published_at.isoformat(),
            "updated": record.published_at.isoformat(),
            "author": record.media_name or "东财滚动",
            "tags": sorted({ticker["symbol"] for ticker in record.tickers}),
            "words": short(words(record.body_html)),
        }


def by_outlet(material: Material) -> dict[str, list[ArticleRecord]]:
    """Return the articles of each outlet by its tag, newest first."""
    groups = defaultdict(list)
    for record in Archive.open(material.data).articles():
        groups[media_tag(record.media_name or "")].insert(0, record)
    return groups


def exported(material: Material) -> tuple[Path, list[Entry]]:
    """Return the folder of the feeds of outlets, and their entries."""
    folder = material.export("atom")
    entries = [
        entry
        for tag, records in by_outlet(material).items()
        for entry in _entries(records, tag, f"/media/{quote(_file(records[0].slug))}")
    ]
    return folder, entries


def _file(slug: str) -> str:
    return f"{slug}.atom"


def of_site(material: Material) -> tuple[Path, list[Entry]]:
    """Return the site and the entries of its feeds of outlets, which have a summary instead of the body."""
    entries = []
    for tag, records in by_outlet(material).items():
        newest = records[:IN_SITE_FEED]
        feed = f"{tag.removesuffix('新闻')} · 金融消息"
        for record, entry in zip(newest, _entries(newest, feed, ""), strict=True):
            day = record.published_at.strftime("%Y/%m/%d")
            stem = record.info_code if record.media_name else record.info_code[2:]
            entry["link"] = f"{SITE}/{quote(record.slug.lower(), safe='()')}/{day}/{stem}.html"
            entry["words"] = short(words(digest_line(record.digest or "", record.media_name or "")))
            entries.append(entry)
    return material.site, entries


def of_alerts(material: Material) -> tuple[Path, list[Entry]]:
    """Return the folder of the feed of alerts of a crawl that reached no host, and its entries as XML has them."""
    file = material.failed_run / "alerts.atom"
    root = etree.parse(file).getroot()
    title, author = root.findtext(f"{ATOM}title"), root.findtext(f"{ATOM}author/{ATOM}name")
    return file.parent, [
        {
            "info_code": f"{title} {number:03}",
            "self": "/alerts.atom",
            "author": author,
            "tags": sorted(category.get("term") for category in entry.iter(f"{ATOM}category")),
            "words": short("".join(entry.findtext(f"{ATOM}content").split())),
            **{name: entry.findtext(f"{ATOM}{name}") for name in ("id", "title")},
            **{name: _moment(entry.findtext(f"{ATOM}{name}")) for name in ("published", "updated")},
        }
        for number, entry in enumerate(root.iter(f"{ATOM}entry"))
    ]


def compare_feeds(
    source: tuple[Path, list[Entry]],
    patterns: Iterable[str],
    read: Callable[[list[str]], str],
    fields: Iterable[str] = FIELDS,
) -> Outcome:
    """Serve the files of *patterns*, have their URLs read, and compare the entries with the expected ones."""
    folder, entries = source
    with serving(folder) as url:
        urls = [
            f"{url}/{quote(file.relative_to(folder).as_posix())}"
            for pattern in patterns
            for file in folder.glob(pattern)
        ]
        printed = read(urls)
    lines = (json.dumps(_read(entry, url)) for entry in records_in(printed))
    return compare(entries, "\n".join(lines), fields)


def _read(entry: Entry, server: str) -> Entry:
    return {
        **entry,
        "info_code": f"{entry['feed']} {entry['number']:03}",
        "self": (entry.get("self") or "").removeprefix(server),
        "published": _moment(entry["published"]),
        "updated": _moment(entry["updated"]),
        "tags": sorted(entry["tags"]),
        "words": short(words(entry["html"])),
    }


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return (moment.astimezone(BEIJING) if moment.tzinfo else moment).isoformat()
