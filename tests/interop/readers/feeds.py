"""Atom: what feed readers have of the exported feeds, of those of the site, and of the one of alerts."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from lxml import etree

from tests.interop.cells import Checks, Outcome, in_version
from tests.interop.environments import SCRIPTS, node_with, program, python_with, run
from tests.interop.feeds import ATOM, FIELDS, compare_feeds, exported, of_alerts, of_site
from tests.interop.material import Material
from tests.support.http_client import fetch

CHECKS = Checks()
NO_TAGS = tuple(field for field in FIELDS if field not in ("tags", "self"))
NO_LINK = tuple(field for field in FIELDS if field != "link")
# An alert has no page, and the feeds of the site name no tickers.
SOURCES = {
    "atom": ("Atom, exported", exported, ("media/*.atom",), FIELDS),
    "site-feeds": ("Atom, of the site", of_site, ("category/**/*.xml", "emnews/feed.xml"), NO_TAGS),
    "alert-feed": ("Atom, of alerts", of_alerts, ("alerts.atom",), NO_LINK),
}
IN_TERMINAL = ("title", "id", "link", "published", "author", "words")
ESCAPED, PLAIN = re.compile(r"\\([nt\\])"), {"n": "\n", "t": "\t", "\\": "\\"}
COLUMNS = "feedurl, guid, title, url, author, pubDate, content"
WITHOUT_SELF = tuple(field for field in FIELDS if field != "self")


@dataclass(frozen=True)
class Reader:
    """A reader of feeds: what it is called, and how it is run on URLs."""

    name: str
    title: str
    versions: tuple[str, ...]
    read: Callable[[str, list[str]], str]
    fields: tuple[str, ...] = FIELDS
    package: str = ""
    """Of Debian; then the version is the one that it has."""


def with_python(package: str, version: str, urls: list[str]) -> str:
    return run(python_with(f"{package}=={version}"), SCRIPTS / "feeds.py", package, *urls)


def with_node(package: str, version: str, urls: list[str]) -> str:
    return run("node", SCRIPTS / "feeds.mjs", package, node_with(f"{package}@{version}"), *urls)


def title_of(url: str) -> tuple[bytes, str]:
    """Return a feed and its title, which these programs do not print."""
    content = fetch(url).body
    return content, etree.fromstring(content).findtext(f"{ATOM}title") or ""


def with_sfeed(_: str, urls: list[str]) -> str:
    program("sfeed", "sfeed")
    return "\n".join(line for url in urls for line in _lines_of_sfeed(url))


def _lines_of_sfeed(url: str) -> Iterator[str]:
    content, title = title_of(url)
    for number, line in enumerate(run("sfeed", stdin=content).split("\n")[:-1]):
        seconds, *texts = line.split("\t")
        name, link, markup, _, key, author, *_ = (ESCAPED.sub(lambda found: PLAIN[found[1]], text) for text in texts)
        moment = datetime.fromtimestamp(int(seconds), UTC).isoformat()
        found = {"title": name, "link": link, "html": markup, "id": key, "author": author, "tags": []}
        yield json.dumps({**found, "feed": title, "number": number, "published": moment, "updated": moment})


def with_newsboat(_: str, urls: list[str]) -> str:
    newsboat = program("newsboat", "newsboat")
    titles = {url: title_of(url)[1] for url in urls}
    with tempfile.TemporaryDirectory(prefix="finews-newsboat-") as name:
        folder = Path(name)
        (folder / "urls").write_text("".join(f"{url}\n" for url in urls), "utf-8")
        (folder / "config").write_text("reload-threads 1\n", "utf-8")
        cache = folder / "cache.db"
        options = ("-u", folder / "urls", "-c", cache, "-C", folder / "config", "-x", "reload")
        run(newsboat, *options, environment={"HOME": name, "TERM": "dumb"})
        with closing(sqlite3.connect(cache)) as connection:
            rows = connection.execute(f"SELECT {COLUMNS} FROM rss_item ORDER BY pubDate DESC, id DESC").fetchall()
    return "\n".join(_lines_of_newsboat(rows, titles))


def _lines_of_newsboat(rows: list[tuple[str, str, str, str, str, int, str]], titles: dict[str, str]) -> Iterator[str]:
    numbers = Counter[str]()
    for feed, key, title, link, author, seconds, markup in rows:
        moment = datetime.fromtimestamp(seconds, UTC).isoformat()
        found = {"title": title, "link": link, "html": markup, "id": key, "author": author, "tags": []}
        number = {"feed": titles[feed], "number": numbers[feed]}
        numbers[feed] += 1
        yield json.dumps({**found, **number, "published": moment, "updated": moment})


READERS = (
    Reader("feedparser", "feedparser", ("6.0.11", "6.0.14"), partial(with_python, "feedparser")),
    Reader("atoma", "atoma", ("0.0.17",), partial(with_python, "atoma"), WITHOUT_SELF),
    Reader("fastfeedparser", "fastfeedparser", ("0.6.5",), partial(with_python, "fastfeedparser"), WITHOUT_SELF),
    Reader("feedsmith", "feedsmith (Node)", ("3.0.1",), partial(with_node, "feedsmith"), WITHOUT_SELF),
    Reader("rss-parser", "rss-parser (Node)", ("3.13.0",), partial(with_node, "rss-parser"), WITHOUT_SELF),
    Reader(
        "rowanmanning",
        "@rowanmanning/feed-parser",
        ("2.1.5",),
        partial(with_node, "@rowanmanning/feed-parser"),
        WITHOUT_SELF,
    ),
    Reader("node-feedparser", "feedparser (Node)", ("2.6.0",), partial(with_node, "feedparser")),
    Reader(
        "extractus",
        "@extractus/feed-extractor",
        ("8.0.3",),
        partial(with_node, "@extractus/feed-extractor"),
        WITHOUT_SELF,
    ),
    Reader("sfeed", "sfeed", ("",), with_sfeed, IN_TERMINAL, "sfeed"),
    Reader("newsboat", "newsboat, cache.db", ("",), with_newsboat, IN_TERMINAL, "newsboat"),
)


def register(reader: Reader, source: str) -> None:
    output, entries, patterns, written = SOURCES[source]
    fields = [field for field in written if field in reader.fields]

    @CHECKS.add(f"{source}-{reader.name}", output, reader.title, *reader.versions)
    def check(material: Material, version: str) -> Outcome:
        found = compare_feeds(entries(material), patterns, partial(reader.read, version), fields)
        return (
            in_version(run("dpkg-query", "-W", "-f", "${Version}", reader.package), found) if reader.package else found
        )


for source in SOURCES:
    for reader in READERS:
        register(reader, source)
