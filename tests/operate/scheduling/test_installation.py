"""Properties of an installation that decide about the sandbox of its service."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.operate.scheduling.installation import Installation


@pytest.mark.parametrize(
    ("log", "is_temporary"),
    [("/tmp/crawl.log", True), ("/var/tmp/a/crawl.log", True), ("/srv/data/log/crawl.jsonl", False)],
)
def test_installation_that_writes_to_a_temporary_folder_is_temporary(log: str, is_temporary: bool) -> None:
    settings = {"FINEWS_DATA_DIR": "/srv/data", "FINEWS_LOG_FILE": log}
    here = Installation(Path("/srv/venv/bin/scrapy"), Path("/srv/finews"), settings)
    assert here.is_temporary is is_temporary
