"""The site and the reports in browsers, at the width of a phone: errors, foreign requests, overflow, and the text."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from finews_crawler import Archive
from tests.interop.cells import Checks, Outcome, in_version, right, wrong
from tests.interop.environments import SCRIPTS, node_with, program, run
from tests.interop.expected import records_in
from tests.interop.material import Material
from tests.interop.sites import posts, served
from tests.support.jekyll_site import serving

CHECKS = Checks()
OUTPUT = "Browsers"
PUPPETEER = "24.34.0"
Shown = dict[str, dict[str, Any]]


def pages(material: Material, reports: str) -> Iterator[tuple[str, str]]:
    """Yield names and URLs of a page of each kind; *reports*: URL of the folder with the reports."""
    site = material.local_site.url
    newest = max(Archive.open(material.data).articles(), key=lambda record: record.published_at)
    symbol = next(record for record in Archive.open(material.data).articles() if record.tickers).tickers[0]["symbol"]
    yield from (("home", f"{site}/"), ("outlets", f"{site}/media.html"), ("days", f"{site}/archive.html"))
    yield from (("post", max(posts(material))), ("ticker", f"{site}/ticker/{quote(symbol)}.html"))
    yield "search", f"{site}/search.html?q={quote(newest.title)}"
    yield from (("runs", f"{reports}/runs.html"), ("coverage", f"{reports}/coverage.html"))


@cache
def shown(material: Material, browser: str, executable: str) -> Shown:
    """Return what a browser has of each page."""
    modules = node_with(f"puppeteer-core@{PUPPETEER}")
    with (
        tempfile.TemporaryDirectory(prefix="finews-browser-") as scratch,
        serving(material.reports) as reports,
        served(material.local_site, Path(scratch)),
    ):
        question = json.dumps([*pages(material, reports)]).encode()
        printed = run("node", SCRIPTS / "browser.mjs", modules, browser, executable, stdin=question)
    return {page["title"]: page for page in records_in(printed)}


def judged(material: Material, found: Shown) -> Outcome:
    newest = max(Archive.open(material.data).articles(), key=lambda record: record.published_at)
    for name, page in found.items():
        for what in ("errors", "foreign", "overflow"):
            if page[what]:
                return wrong(f"{name}: {what} {page[what]}"[:300])
    for name in ("home", "search"):
        if newest.title not in found[name]["text"]:
            return wrong(f"{name} does not show {newest.title}")
    return right(f"{', '.join(found)}: no error, no request to other hosts, no overflow at 360 px; search finds")


@CHECKS.add("browser-chromium", OUTPUT, "Chromium")
def chromium(material: Material, _: str) -> Outcome:
    executable = program("chromium", "chromium")
    version = run(executable, "--version").split()[1]
    return in_version(version, judged(material, shown(material, "chrome", executable)))


@CHECKS.add("browser-firefox", OUTPUT, "Firefox, with the text that Chromium shows")
def firefox(material: Material, _: str) -> Outcome:
    executable = program("firefox-esr", "firefox-esr")
    version = run(executable, "--version").split()[-1]
    found = shown(material, "firefox", executable)
    others = shown(material, "chrome", program("chromium", "chromium"))
    differ = [
        name for name, page in found.items() if "".join(page["text"].split()) != "".join(others[name]["text"].split())
    ]
    if differ:
        name = differ[0]
        lines = sorted({*found[name]["text"].splitlines()} ^ {*others[name]["text"].splitlines()})
        return in_version(version, wrong(f"{', '.join(differ)} have another text: {lines[:4]}"))
    return in_version(version, judged(material, found))
