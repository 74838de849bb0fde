"""Audits of a crawled archive: clean as crawled, and with exactly one finding after each corruption."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from finews_crawler.archive.locations import locate_data_directory
from finews_crawler.articles.links import PostUrls
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.findings import FindingKind
from finews_crawler.operate.audit.scan import PostScan
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.utils import clock
from tests.operate.audit.corruptions import CORRUPTIONS, Archive, edited, find_in, without_row
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy


@pytest.fixture
def archive(crawled_data: Path, tmp_path: Path) -> Archive:
    return Archive(shutil.copytree(crawled_data, tmp_path / "data"))


def test_a_crawl_leaves_a_clean_archive(crawled_data: Path) -> None:
    run = Scrapy.into_folder(crawled_data)("audit")
    assert (run.status, run.log.count("\n")) == (0, 1), run.log
    assert re.fullmatch(r"audit: .* holds 60 posts \(media \d+, rolling \d+\): clean\n", run.log)


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_each_corruption_is_the_only_finding(corruption: str, archive: Archive) -> None:
    expected = CORRUPTIONS[corruption](archive, 5)
    assert find_in(archive.data) == [expected]


def test_corruptions_cover_every_kind(archive: Archive) -> None:
    kinds = {corrupt(archive, number)[0] for number, corrupt in enumerate(CORRUPTIONS.values())}
    assert kinds == set(FindingKind)


def test_the_commands_in_the_hints_fix_the_findings(archive: Archive) -> None:
    """Findings whose hint names ``finews rebuild`` or ``finews reindex``."""
    scrapy = Scrapy.into_folder(archive.data)
    CORRUPTIONS["a row cut short"](archive, 0)
    assert len(find_in(archive.data)) == 1
    assert scrapy("reindex", str(archive.data)).status == 0
    assert find_in(archive.data) == []
    for corruption in ("no post", "edited", "unfinished", "half written", "no category file"):
        CORRUPTIONS[corruption](archive, len(corruption))
    assert len(find_in(archive.data)) == 5
    assert scrapy("rebuild").status == 0
    assert find_in(archive.data) == []
    without_row(archive, 1)
    edited(archive, 2)
    assert len(find_in(archive.data)) == 2
    assert scrapy("reindex", str(archive.data)).status == 0
    assert find_in(archive.data) == []


def test_an_archive_with_retired_posts_is_clean(archive: Archive) -> None:
    scrapy = Scrapy.into_folder(archive.data)
    assert scrapy("retire", "--keep-days", "1", "--yes").status == 0
    assert len(list((archive.data / "old_post").rglob("*.md"))) > 50
    assert find_in(archive.data) == []


def test_posts_without_an_index_are_not_compared_with_rows(archive: Archive) -> None:
    """Covers a Jekyll site, and a bare folder of posts, which has no category files."""
    names = {"no row", "no post", "edited", "no category file", "empty date"}
    expected = {corruption: CORRUPTIONS[corruption](archive, number) for number, corruption in enumerate(sorted(names))}
    site = archive.data / "site"
    assert sorted(find_in(site)) == sorted(
        (kind, path.removeprefix("site/")) for kind, path in (expected["empty date"], expected["no category file"])
    )
    assert find_in(site / "_posts") == [(FindingKind.UNDATED, Path(expected["empty date"][1]).name)]
    run = Scrapy.into_folder(archive.data)("audit", str(site))
    assert "note: no index found: posts are not compared with index rows\n" in run.log


def test_a_running_crawl_causes_no_findings(tmp_path: Path) -> None:
    """Audit repeatedly while a crawl writes: half-written state must be gone at the second check."""
    data = tmp_path / "data"
    with running_origin(40, seed=5, latency_ms=200) as origin:
        scrapy = Scrapy.into_folder(data).at(origin.url)
        command = [sys.executable, "-c", SCRAPY, "crawl", "channel"]
        crawl = subprocess.Popen(command, cwd=ROOT, env=scrapy.environment, stderr=subprocess.DEVNULL)
        try:
            post_counts = list(audit_while_running(data, crawl))
            assert crawl.wait() == 0
        finally:
            if crawl.poll() is None:
                crawl.send_signal(signal.SIGKILL)
                crawl.wait()
    assert post_counts
    assert post_counts[0] > 0
    assert find_in(data) == []


def test_a_post_written_during_the_audit_is_not_counted(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts by format, which the audit prints beside the number of posts, do not have it either."""
    post = min((archive.data / "site" / "_posts").iterdir())
    content = post.read_bytes()
    post.unlink()
    scan = PostScan.run

    def scan_before_it_is_written(self: PostScan) -> None:
        scan(self)
        post.write_bytes(content)

    monkeypatch.setattr(PostScan, "run", scan_before_it_is_written)
    report = audit(locate_data_directory(archive.data), PostUrls(), clock.now())
    assert report.findings == []
    assert report.posts == sum(report.forms.values()) == 59


def audit_while_running(data: Path, crawl: subprocess.Popen[bytes]) -> Iterator[int]:
    """Audit from the first post until the crawl ends; yield the number of posts of each audit."""
    while crawl.poll() is None:
        if not list((data / "site").rglob("*.md")):
            time.sleep(0.02)
            continue
        report = audit(locate_data_directory(data), PostUrls(), clock.now())
        assert list(report.findings) == []
        yield report.posts
