"""What the tests share: the golden file, a running origin, and ``scrapy`` as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import ROOT, Scrapy

from finews_crawler.origin.server import RunningOrigin, running_origin

SEEDS = ROOT.parent / "shared" / "seeds"


@pytest.fixture
def scrapy(tmp_path: Path) -> Scrapy:
    return Scrapy.into_folder(tmp_path / "data")


@pytest.fixture(scope="session")
def origin() -> Iterator[RunningOrigin]:
    """An origin that nobody counts requests on: shared."""
    with running_origin(60, seed=7) as running:
        yield running


@pytest.fixture(scope="session")
def source_document() -> bytes:
    documents = sorted(SEEDS.glob("*.txt")) if SEEDS.is_dir() else []
    if not documents:
        pytest.skip(f"the source document is not here: {SEEDS} is absent or empty")
    return documents[0].read_bytes()
