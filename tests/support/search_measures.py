"""Measures of the search page: right results, bytes that the server sends, and time to the first result."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from finews_crawler.items import Article
from finews_crawler.site.serve import SiteHandler
from finews_crawler.site.theme_install import install_theme
from tests.support.browser import Reader
from tests.support.searches import CASES, Case, expected, find, store
from tests.support.sites import Site, serving

# Notes when the query was entered, and when the page first shows a result or that there is none.
CLOCK = """() => {
    const [field, status, results] = document.querySelectorAll("input[name=q], #results, #status");
    window.entered = window.shown = 0;
    field.addEventListener("input", () => (window.entered = performance.now()), true);
    const note = () => {
        const isDone = results.children.length || status.textContent.startsWith("没有找到");
        if (window.entered && !window.shown && isDone) window.shown = performance.now();
    };
    for (const each of [results, status]) new MutationObserver(note).observe(each, { childList: true });
}"""


@dataclass
class Measured:
    """Cost of one query."""

    typed: str
    kilobytes: float
    """Sent until the first ten results are shown, with the page and its assets."""
    milliseconds: float
    """From the last key to the first result, or to the message that there is none."""


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


@contextmanager
def counting_bytes() -> Iterator[list[int]]:
    """Yield a list of the sizes of the responses that the preview server, which does not compress, has sent."""
    sizes: list[int] = []
    original = SiteHandler.send_header

    def send_header(self: SiteHandler, keyword: str, value: str) -> None:
        if keyword == "Content-Length":
            sizes.append(int(value))
        original(self, keyword, value)

    SiteHandler.send_header = send_header  # type: ignore[method-assign]
    try:
        yield sizes
    finally:
        SiteHandler.send_header = original  # type: ignore[method-assign]


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


def measure(browser: Browser, folder: Path, cases: Sequence[Any] = CASES, rounds: int = 1) -> Iterator[Measured]:
    """Yield what each case costs in a browser with an empty cache: the median of the rounds."""
    with counting_bytes() as sizes, serving(folder) as url:
        for case in cases:
            costs = [measure_once(browser, url, case.typed, sizes) for _ in range(rounds)]
            yield Measured(case.typed, *(statistics.median(values) for values in zip(*costs, strict=True)))


def measure_once(browser: Browser, url: str, typed: str, sizes: list[int]) -> tuple[float, float]:
    """Return the kilobytes and milliseconds of one query."""
    sizes.clear()
    with Reader.opening(browser) as reader:
        reader.goto(f"{url}/search.html")
        reader.page.wait_for_load_state("networkidle")
        reader.page.evaluate(CLOCK)
        reader.page.keyboard.insert_text(typed)
        reader.page.wait_for_function("() => window.shown")
        reader.page.wait_for_load_state("networkidle")
        return sum(sizes) / 1000, reader.page.evaluate("window.shown - window.entered")
