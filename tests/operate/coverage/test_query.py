"""Query plans: articles are counted without reading their bodies."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.operate.coverage.query import GROUPED
from finews_crawler.operate.monitoring.baseline import PUBLISHED
from finews_crawler.utils import clock
from tests.support.archived_series import article, hold


@pytest.mark.parametrize(
    "query",
    [GROUPED.format(column="media_name"), GROUPED.format(column="origins"), PUBLISHED],
    ids=["by media", "by channel", "silences"],
)
def test_counts_come_from_a_covering_index(tmp_path: Path, query: str) -> None:
    index = Index(hold(tmp_path, [article(1, clock.now(), "证券时报")]) / "index.sqlite")
    plan = [str(step[3]) for step in index.select(f"EXPLAIN QUERY PLAN {query}", "2026-01-01", "2026-02-01")]
    index.close()
    assert "SEARCH article USING COVERING INDEX article_published (published_at>? AND published_at<?)" in plan
    assert [step for step in plan if step.startswith("SCAN article") and "article_unfinished" not in step] == []
