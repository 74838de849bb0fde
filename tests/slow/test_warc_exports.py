"""The WARC export: replayed by ``share``, it restores the archive."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.server import running_origin
from tests.exporters.export_archives import archive_in, article, store
from tests.support.paths import ROOT
from tests.support.scrapy_command import CLOSED_PORT, SCRAPY, Scrapy
from tests.warc.replays import articles, tree


def replayed(scrapy: Scrapy, exported: Path) -> Scrapy:
    """Return the archive that the command of docs/replay.md makes of an export."""
    text = (ROOT / "docs" / "replay.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^zcat .*FINEWS_REPLAY=exports/warc.*$", text, re.MULTILINE)
    again = scrapy.into(scrapy.data.with_name("again"))
    command = line.replace("FINEWS_DATA_DIR=again ", "").replace("exports/warc", str(exported))
    environment = {**again.at(CLOSED_PORT).environment, "PYTHON": sys.executable, "SCRAPY": SCRAPY}
    script = f'finews() {{ "$PYTHON" -c "$SCRAPY" "$@"; }}\n{command}'
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == ExitStatus.ALL_WELL, done.stderr
    return again


def export(scrapy: Scrapy, folder: Path, *options: str) -> Path:
    run = scrapy("export", "--format", "warc", "--out", str(folder), *options)
    assert run.status == ExitStatus.ALL_WELL, run.log
    return folder


@pytest.mark.parametrize("fault", ["", "missing=3", "share-down"], ids=["texts", "some copies", "copies alone"])
def test_replay_of_an_export_restores_posts_and_times(scrapy: Scrapy, tmp_path: Path, fault: str) -> None:
    everything = generate(40, seed=3)
    faults = [fault] if fault else []
    with running_origin(articles=everything) as origin, running_origin(articles=everything, faults=faults) as share:
        scrapy.at(origin.url, FINEWS_SHARE_URL=share.url)("crawl", "category", "-a", "all=1")
    again = replayed(scrapy, export(scrapy, tmp_path / "warc"))
    assert tree(again.data) == tree(scrapy.data)
    assert len(articles(scrapy)) > 30
    assert first_seen(again) == first_seen(scrapy)


def first_seen(scrapy: Scrapy) -> dict[str, datetime | None]:
    return {code: article.first_seen_at for code, article in articles(scrapy).items()}


def test_replay_of_an_export_with_revisions_restores_the_last_one(scrapy: Scrapy, tmp_path: Path) -> None:
    archive = archive_in(scrapy.data)
    store(archive, article(1), article(2), article(2, text_html="<p>更正</p>"))
    archive.close()
    again = replayed(scrapy, export(scrapy, tmp_path / "warc", "--revisions"))
    assert tree(again.data) == tree(scrapy.data)
