"""The table of queries at 2,000 posts of ten months, and the bytes that a first page of results loads."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.support.search_measures import answers, build_site, measure
from tests.support.searches import CASES, ordinary_articles, special_articles
from tests.support.site_fixtures import require_jekyll
from tests.support.sites import serving

POSTS, MONTHS = 2_000, 10
MOST_KILOBYTES = 150


def test_search_at_scale(browser: Browser, tmp_path: Path) -> None:
    require_jekyll()
    articles = [*special_articles(), *ordinary_articles(POSTS, MONTHS)]
    build_site(tmp_path / "data", articles)
    found = answers(browser, tmp_path / "data/_site", articles)
    assert [(typed, codes) for typed, codes in found.missing.items() if codes] == []
    assert [(typed, codes) for typed, codes in found.wrong.items() if codes] == []
    assert found.right > 1000
    with serving(tmp_path / "data/_site") as url:
        costs = {cost.typed: round(cost.kilobytes) for cost in measure(browser, url, CASES[::4])}
    assert max(costs.values()) <= MOST_KILOBYTES
