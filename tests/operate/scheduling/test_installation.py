"""Properties of an installation that decide about the sandbox of its services."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.operate.scheduling.installation import Installation
from finews_crawler.operate.scheduling.render import SERVICE, render_units, render_worker_unit


@pytest.mark.parametrize(
    ("log", "is_temporary"),
    [("/tmp/crawl.log", True), ("/var/tmp/a/crawl.log", True), ("/srv/data/log/crawl.jsonl", False)],
)
def test_installation_that_writes_to_a_temporary_folder_is_temporary(log: str, is_temporary: bool) -> None:
    settings = {"FINEWS_DATA_DIR": "/srv/data", "FINEWS_LOG_FILE": log}
    here = Installation(Path("/srv/venv/bin/scrapy"), Path("/srv/finews"), settings)
    assert here.is_temporary is is_temporary


@pytest.mark.parametrize("folder", ["/srv", "/tmp"])
def test_each_directive_of_a_service_has_a_line_of_its_own(folder: str) -> None:
    scrapy, settings = Path(f"{folder}/venv/bin/scrapy"), {"FINEWS_DATA_DIR": "/srv/data"}
    crawl = render_units(Installation(scrapy, Path("/srv/finews"), settings), 30, "news")[SERVICE]
    worker = render_worker_unit(Installation(scrapy, Path("/srv/finews"), {}, is_worker=True), "news", 30)
    for unit in (crawl, worker):
        lines = unit.splitlines()
        assert "SystemCallArchitectures=native" in lines
        assert ("PrivateTmp=true" in lines) == (folder == "/srv")
    assert "\nTimeoutStopSec=90\n" in worker
    assert worker.endswith("\n\n[Install]\nWantedBy=multi-user.target")
