"""HTML page of ``scrapy runs --html``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from finews_crawler.operate.reports import run_charts
from finews_crawler.operate.reports.html import render
from finews_crawler.operate.reports.run_history import RunEntry


def run_page(last: Sequence[RunEntry], drawn: Sequence[RunEntry], now: datetime) -> str:
    """Return the page. *last*: runs in the table; *drawn*: runs in the charts; both oldest first."""
    days = run_charts.by_day(drawn)
    return render(
        "runs.html.j2",
        now=now,
        runs=list(reversed(last)),
        new=run_charts.new_articles(days),
        failures=run_charts.failures(days),
        failed_runs=run_charts.failed_runs(days),
        latencies={
            "Median latency": run_charts.latency(days, run_charts.median_latency),
            "Maximum latency": run_charts.latency(days, run_charts.largest_latency),
        },
    )
