"""``finews prune`` removes what is older than its retention period, and a later crawl does not fetch it again."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.utils import clock
from tests.archive.crash_scenarios import opened
from tests.archive.test_prune import fill, lines
from tests.support.archive_snapshot import audit_findings
from tests.support.scrapy_command import Scrapy
from tests.support.scripted_server import Answer, Site, code_in, scripted_site

ALL_WELL, ARGUMENTS, SOME_FAILED, LOCKED = 0, 2, 3, 7


def age(scrapy: Scrapy, days: int) -> None:
    """Date rejections and runs back by *days*."""
    path = scrapy.data / "rejected.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with closing(sqlite3.connect(scrapy.data / "index.sqlite")) as connection, connection:
        for table, column in (("rejection", "rejected_at"), ("run", "started_at")):
            for row, text in connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
                earlier = (datetime.fromisoformat(text) - timedelta(days=days)).isoformat()
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (earlier, row))
    for record in records:
        record["rejected_at"] = (datetime.fromisoformat(record["rejected_at"]) - timedelta(days=days)).isoformat()
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")


class Upstream:
    """A list of two articles: one with title and body, one without both."""

    def __init__(self) -> None:
        self.requested: list[str] = []

    def answer(self, path: str) -> Answer | None:
        if path.startswith("/web/webapi"):
            row = {"showtime": "2022-05-18 16:48:06", "from": "海港晨报"}
            rows = [
                {**row, "infocode": f"NW20220518000000000{n}", "title": title} for n, title in enumerate(("", "题"))
            ]
            return Answer(json.dumps({"nodeList": rows}).encode())
        if code := code_in(path):
            self.requested.append(code)
            return Answer(json.dumps({"infoCode": code, "text": "<p>正文</p>", "content": ""}).encode())
        return None


CHANNEL = ("crawl", "channel", "-a", "channels=media")
KEEPING = {"FINEWS_KEEP_REJECTED_DAYS": "30", "FINEWS_KEEP_POSTS_DAYS": "90", "FINEWS_KEEP_RUNS_DAYS": "30"}


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
def site(upstream: Upstream) -> Iterator[Site]:
    with scripted_site(upstream.answer) as running:
        yield running


def report_of(today: date) -> list[str]:
    """Return what is printed of two runs, a post and a rejection that are 31 days old."""
    first = {days: f"{today - timedelta(days=days - 1):%Y-%m-%d}" for days in (30, 90)}
    return [
        "revisions: kept for ever (FINEWS_KEEP_REVISIONS_DAYS is not set)",
        f"rejected: would be removed 1 of 1, older than {first[30]}",
        "samples: kept for ever (FINEWS_KEEP_SAMPLES_DAYS is not set)",
        f"posts: would be retired 1, older than {first[90]}",
        f"runs: would be removed 1 of 2, older than {first[30]}",
        "logs: kept for ever (FINEWS_KEEP_LOGS_DAYS is not set)",
        "prune: nothing was changed; to do it: finews prune --yes",
    ]


def test_prune_reports_first_and_removes_with_yes(scrapy: Scrapy, site: Site, upstream: Upstream) -> None:
    crawl = scrapy.at(site.url)
    for _ in range(2):
        crawl(*CHANNEL)
    age(scrapy, 31)
    keeping = replace(crawl, environment={**crawl.environment, **KEEPING})
    before = crawl.snapshot()
    days = [clock.now().date()]
    run = keeping("prune")
    days.append(clock.now().date())
    assert run.status == ALL_WELL, run.log
    assert run.log.splitlines() in [report_of(day) for day in days]
    assert crawl.snapshot() == before

    run = keeping("prune", "--yes")
    assert run.status == ALL_WELL, run.log
    assert "rejected: removed 1 of 1" in run.log
    assert "posts: retired 1" in run.log
    assert run.log.endswith("prune: done\n")
    assert (scrapy.data / "rejected.jsonl").read_bytes() == b""
    assert [path.name for path in (scrapy.data / "old_post").rglob("*.md")]
    assert list(scrapy.posts.iterdir()) == []
    assert audit_findings(crawl) == []

    # One is archived and one rejected, as before: neither is fetched again.
    before = len(upstream.requested)
    assert crawl(*CHANNEL).status == ALL_WELL
    assert len(upstream.requested) == before
    assert crawl("crawl", "share", "-a", "info_code=NW202205180000000001").summaries()[0]["held"] == 1


def test_without_settings_nothing_is_removed(scrapy: Scrapy) -> None:
    scrapy.data.mkdir()
    run = scrapy("prune", "--yes")
    assert run.status == ALL_WELL
    *kinds, end = run.log.splitlines()
    assert len(kinds) == 6
    assert all("kept for ever" in line for line in kinds)
    assert end == "prune: nothing to do; for example: FINEWS_KEEP_REJECTED_DAYS=365 finews prune"
    assert list(scrapy.data.iterdir()) == []


def test_a_post_changed_by_hand_is_left(scrapy: Scrapy, site: Site) -> None:
    crawl = scrapy.at(site.url)
    crawl(*CHANNEL)
    (post,) = crawl.posts.iterdir()
    post.write_bytes(b"mine")
    run = crawl("prune", "--yes", "-s", "FINEWS_KEEP_POSTS_DAYS=90")
    assert run.status == SOME_FAILED
    assert f"left: site/_posts/{post.name} differs from the index" in run.log
    assert "posts: retired 0, left 1," in run.log
    assert post.read_bytes() == b"mine"


@pytest.mark.parametrize("is_named", [True, False], ids=["of the settings", "of a schedule"])
def test_old_rotated_logs_are_removed(scrapy: Scrapy, tmp_path: Path, is_named: bool) -> None:
    log = tmp_path / "my.log" if is_named else scrapy.data / "log" / "crawl.jsonl"
    scrapy.data.mkdir()
    log.parent.mkdir(parents=True, exist_ok=True)
    for name, days in (("", 40), (".1", 5), (".2", 20), (".3", 40), (".bak", 40)):
        path = log.with_name(f"{log.name}{name}")
        path.touch()
        os.utime(path, (0, (clock.now() - timedelta(days=days)).timestamp()))
    keeping = scrapy.at("http://127.0.0.1:1", FINEWS_KEEP_LOGS_DAYS="10")
    keeping = keeping.at("http://127.0.0.1:1", FINEWS_LOG_FILE=str(log)) if is_named else keeping
    assert "logs: would be removed 2 of 3, older than" in keeping("prune").log
    assert "logs: removed 2 of 3, older than" in keeping("prune", "--yes").log
    assert sorted(path.name for path in log.parent.glob(f"{log.name}*")) == [
        log.name, f"{log.name}.1", f"{log.name}.bak",
    ]  # fmt: skip


def test_a_locked_archive_is_not_pruned(scrapy: Scrapy) -> None:
    archive = opened(scrapy.data)
    fill(archive)
    before = scrapy.rows(), lines(archive)
    run = scrapy("prune", "--yes", "-s", "FINEWS_KEEP_REJECTED_DAYS=1")
    assert run.status == LOCKED
    assert (scrapy.rows(), lines(archive)) == before
    assert "rejected: would be removed 3 of 3" in scrapy("prune", "-s", "FINEWS_KEEP_REJECTED_DAYS=1").log
    archive.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["now"], "unknown argument 'now'; for example: finews prune --yes"),
        (
            ["-s", "FINEWS_KEEP_RUNS_DAYS=0"],
            "FINEWS_KEEP_RUNS_DAYS must be a whole number of days from 1 to 36500, got '0'",
        ),
        (["-s", "FINEWS_KEEP_POSTS_DAYS=often"], "FINEWS_KEEP_POSTS_DAYS must be a whole number of days"),
    ],
)
def test_wrong_arguments_and_settings_exit_with_2(scrapy: Scrapy, arguments: list[str], message: str) -> None:
    run = scrapy("prune", *arguments)
    assert run.status == ARGUMENTS
    (line,) = run.log.splitlines()
    assert message in line
    assert not scrapy.data.exists()
