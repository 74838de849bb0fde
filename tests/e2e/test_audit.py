"""An audit of an archive that a crawl made: clean as it is, and each thing planted in it is found, alone."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.archive.locations import locate_data_directory
from finews_crawler.articles.links import PostUrls
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import ADVICE, Kind
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.utils import clock
from tests.operate.audit.corruptions import PLANTS, Archive, edited, found_in, without_row
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy


@pytest.fixture
def archive(crawled_data: Path, tmp_path: Path) -> Archive:
    return Archive(shutil.copytree(crawled_data, tmp_path / "data"))


def test_a_crawl_leaves_a_clean_archive(crawled_data: Path) -> None:
    run = Scrapy.into_folder(crawled_data)("audit")
    assert (run.status, run.log.count("\n")) == (0, 1), run.log
    assert re.fullmatch(r"audit: .* holds 60 posts \(media \d+, rolling \d+\): clean\n", run.log)


@pytest.mark.parametrize("plant", PLANTS)
def test_what_is_planted_is_found_and_nothing_else(plant: str, archive: Archive) -> None:
    expected = PLANTS[plant](archive, 5)
    assert found_in(archive.data) == [expected]


def test_every_kind_is_planted(archive: Archive) -> None:
    assert {PLANTS[plant](archive, number)[0] for number, plant in enumerate(PLANTS)} == set(Kind) == ADVICE.keys()


def test_the_advice_helps(archive: Archive) -> None:
    """The findings that a command is to mend, and the command."""
    scrapy = Scrapy.into_folder(archive.data)
    for plant in ("no post", "edited", "unfinished", "half written", "no category file"):
        PLANTS[plant](archive, len(plant))
    assert len(found_in(archive.data)) == 5
    assert scrapy("rebuild").status == 0
    assert found_in(archive.data) == []
    without_row(archive, 1)
    edited(archive, 2)
    assert len(found_in(archive.data)) == 2
    assert scrapy("reindex", str(archive.data)).status == 0
    assert found_in(archive.data) == []


def test_retired_posts_are_where_the_index_says(archive: Archive) -> None:
    scrapy = Scrapy.into_folder(archive.data)
    assert scrapy("retire", "--keep-days", "1").status == 0
    assert len(list((archive.data / "old_post").rglob("*.md"))) > 50
    assert found_in(archive.data) == []


def test_posts_without_an_index_are_audited_by_themselves(archive: Archive) -> None:
    """A Jekyll site, and a bare folder of posts: the same but for the category files."""
    kinds = {"no row", "no post", "edited", "no category file", "empty date"}
    planted = {plant: PLANTS[plant](archive, number) for number, plant in enumerate(sorted(kinds))}
    site = archive.data / "site"
    assert sorted(found_in(site)) == sorted(
        (kind, path.removeprefix("site/")) for kind, path in (planted["empty date"], planted["no category file"])
    )
    assert found_in(site / "_posts") == [(Kind.UNDATED, Path(planted["empty date"][1]).name)]
    run = Scrapy.into_folder(archive.data)("audit", str(site))
    assert "note: no index here: posts are not held against rows\n" in run.log


def test_a_run_under_way_is_no_finding(tmp_path: Path) -> None:
    """Audits one after another while a crawl writes: whatever is half done is looked at again."""
    data = tmp_path / "data"
    with running_origin(120, seed=5, latency_ms=250) as origin:
        scrapy = Scrapy.into_folder(data).at(origin.url)
        command = [sys.executable, "-c", SCRAPY, "crawl", "channel", "-a", "count=120"]
        crawl = subprocess.Popen(command, cwd=ROOT, env=scrapy.environment, stderr=subprocess.DEVNULL)
        try:
            seen = list(audits(data, crawl))
            assert crawl.wait() == 0
        finally:
            if crawl.poll() is None:
                crawl.send_signal(signal.SIGKILL)
                crawl.wait()
    assert seen
    assert seen[0] > 0
    assert found_in(data) == []


def audits(data: Path, crawl: subprocess.Popen[bytes]) -> Iterator[int]:
    """Audit from the first post until the crawl is over; how many posts there were each time."""
    while crawl.poll() is None:
        if not list((data / "site").rglob("*.md")):
            continue
        report = audit(locate_data_directory(data), PostUrls(), clock.now())
        assert list(report.findings) == []
        yield report.posts
