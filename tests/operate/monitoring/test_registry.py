"""The registry runs each monitor on its own."""

from __future__ import annotations

from finews_crawler.operate.monitoring.registry import MonitorRegistry
from finews_crawler.operate.monitoring.run_data import RunData


def test_exception_of_one_monitor_does_not_hide_the_others() -> None:
    monitors = MonitorRegistry()

    @monitors.monitor("rate")
    def divide(data: RunData) -> str:
        return str(1 // data.number("downloader/request_count"))

    @monitors.monitor("always")
    def fail(data: RunData) -> str:
        return "failed: repair it"

    results = monitors.run(RunData({}))
    assert results.texts == {"always": "failed: repair it"}
    assert list(results.errors) == ["rate"]
    assert "ZeroDivisionError" in results.errors["rate"]
