"""Atom: what feed readers have of the exported feeds, of those of the site, and of the one of alerts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.interop.cells import Checks, Outcome
from tests.interop.environments import SCRIPTS, node_with, python_with, run
from tests.interop.feeds import FIELDS, compare_feeds, exported, of_alerts, of_site
from tests.interop.material import Material

CHECKS = Checks()
NO_TAGS = tuple(field for field in FIELDS if field not in ("tags", "self"))
NO_LINK = tuple(field for field in FIELDS if field != "link")
# An alert has no page, and the feeds of the site name no tickers.
SOURCES = {
    "atom": ("Atom, exported", exported, ("media/*.atom",), FIELDS),
    "site-feeds": ("Atom, of the site", of_site, ("category/**/*.xml", "emnews/feed.xml"), NO_TAGS),
    "alert-feed": ("Atom, of alerts", of_alerts, ("alerts.atom",), NO_LINK),
}
WITHOUT_SELF = tuple(field for field in FIELDS if field != "self")


@dataclass(frozen=True)
class Reader:
    """A reader of feeds: what it is called, and how it is run on URLs."""

    name: str
    title: str
    versions: tuple[str, ...]
    read: Callable[[str, list[str]], str]
    fields: tuple[str, ...] = FIELDS


def with_python(package: str, version: str, urls: list[str]) -> str:
    return run(python_with(f"{package}=={version}"), SCRIPTS / "feeds.py", package, *urls)


def with_node(package: str, version: str, urls: list[str]) -> str:
    return run("node", SCRIPTS / "feeds.mjs", package, node_with(f"{package}@{version}"), *urls)


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
)


def register(reader: Reader, source: str) -> None:
    output, entries, patterns, written = SOURCES[source]
    fields = [field for field in written if field in reader.fields]

    @CHECKS.add(f"{source}-{reader.name}", output, reader.title, *reader.versions)
    def check(material: Material, version: str) -> Outcome:
        return compare_feeds(entries(material), patterns, partial(reader.read, version), fields)


for source in SOURCES:
    for reader in READERS:
        register(reader, source)
