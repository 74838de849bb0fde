"""Measures of the search page: right results, and bytes, requests and time until it shows them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser

from finews_crawler.items import Article
from finews_crawler.site.theme_install import install_theme
from tests.support.browser import Reader
from tests.support.searches import CASES, Case, expected, find, store
from tests.support.sites import Site, serving

# Notes when the query was entered, and when the page first shows a result or that there is none.
CLOCK = """() => {
    const [field, status, results] = document.querySelectorAll("input[name=q], #results, #status");
    window.entered = window.shown = window.done = 0;
    field.addEventListener("input", () => (window.entered = performance.now()), true);
    const note = () => {
        const isDone = /^(没有)?找到/.test(status.textContent);
        if (window.entered && !window.shown && (isDone || results.children.length)) window.shown = performance.now();
        if (window.entered && isDone) window.done = performance.now();
    };
    for (const each of [results, status]) new MutationObserver(note).observe(each, { childList: true });
}"""


# What has been loaded until the results are shown, and not for the ways back from none: bytes of content, and the
# requests of the search until its first result.
LOADED = """() => {
    const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
    const loaded = entries.filter(({ startTime, transferSize }) => transferSize > 0 && startTime < window.done);
    const isBefore = ({ startTime }) => window.entered <= startTime && startTime < window.shown;
    return [loaded.reduce((bytes, entry) => bytes + entry.encodedBodySize, 0), loaded.filter(isBefore).length];
}"""


@dataclass
class Measured:
    """Cost of one query."""

    typed: str
    kilobytes: float
    """Sent until the first ten results are shown, with the page and its assets."""
    requests: float
    """From the last key to the first result, or to the message that there is none."""
    milliseconds: float
    """In the same time."""


@dataclass
class Answers:
    """Results of all cases against the right ones."""

    right: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    @property
    def recall(self) -> float:
        return self.right / (self.right + sum(map(len, self.missing.values())))

    @property
    def precision(self) -> float:
        return self.right / (self.right + sum(map(len, self.wrong.values())))


def build_site(data: Path, articles: Sequence[Article]) -> float:
    """Archive the articles and build their site. Return the seconds of the build."""
    with closing(Site(data)) as site:
        store(site.archive, articles)
        install_theme(site.directory.site)
        began = time.perf_counter()
        site.build()
        return time.perf_counter() - began


def answers(browser: Browser, folder: Path, articles: Sequence[Article], cases: Sequence[Case] = CASES) -> Answers:
    """Return what all cases find."""
    total = Answers()
    with serving(folder) as url, Reader.opening(browser) as reader:
        reader.goto(f"{url}/search.html")
        for case, found in zip(cases, find(reader.page, [case.typed for case in cases]), strict=True):
            right = expected(case, articles)
            total.right += len(right & set(found))
            total.missing[case.typed] = sorted(right - set(found))
            total.wrong[case.typed] = sorted(set(found) - right)
    return total


def measure(browser: Browser, url: str, cases: Sequence[Case] = CASES, rounds: int = 1) -> Iterator[Measured]:
    """Yield what each case costs in a browser with an empty cache: the median of the rounds. *url*: of the site."""
    for case in cases:
        costs = [measure_once(browser, url, case.typed) for _ in range(rounds)]
        yield Measured(case.typed, *(statistics.median(values) for values in zip(*costs, strict=True)))


def measure_once(browser: Browser, url: str, typed: str) -> tuple[float, float, float]:
    """Return the kilobytes, requests and milliseconds of one query."""
    # Not by a Reader: to intercept a request, as it does, takes 2 ms, one after another, and switches the cache off.
    with closing(browser.new_context(locale="zh-CN")) as context:
        page = context.new_page()
        page.goto(f"{url}/search.html", wait_until="networkidle")
        page.evaluate(CLOCK)
        page.wait_for_function("() => true")  # Playwright's script for it, 20 ms of work, is in the page from here on.
        page.keyboard.insert_text(typed)
        page.wait_for_function("() => window.done")
        size, requests = page.evaluate(LOADED)
        return size / 1000, requests, page.evaluate("window.shown - window.entered")
