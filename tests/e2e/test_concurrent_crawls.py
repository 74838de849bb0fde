"""Two crawls on one data directory: one writes, the other waits or gives up, and both leave what one alone leaves."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, crawl_alone, start
from tests.support.scrapy_command import Run, Scrapy

ARTICLES = 80
CRAWL = ("crawl", "channel")
ALL_WELL, LOCKED = 0, 7
LISTS_AND_ROBOTS_TXT = 6
HOLDER = re.compile(r"is written by another run \(pid (\d+), started (\S+)\)")


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    """Slow enough for a second crawl to come while the first is at work."""
    with running_origin(ARTICLES, seed=6, latency_ms=200) as running:
        yield running


@pytest.fixture(scope="module")
def truth(upstream: RunningOrigin, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return crawl_alone(Scrapy.into_folder(tmp_path_factory.mktemp("truth") / "data").at(upstream.url), ARTICLES, *CRAWL)


@pytest.fixture
def crawl(scrapy: Scrapy, upstream: RunningOrigin) -> Scrapy:
    return scrapy.at(upstream.url)


def waiting(crawl: Scrapy, seconds: int) -> Scrapy:
    return replace(crawl, environment={**crawl.environment, "FINEWS_LOCK_WAIT": str(seconds)})


def linked(crawl: Scrapy) -> Scrapy:
    """The same data directory by another name."""
    crawl.data.mkdir()
    link = crawl.data.with_name("link")
    link.symlink_to(crawl.data)
    return crawl.into(link)


def together(*crawls: Scrapy) -> list[tuple[int, Run]]:
    """Start them at the same time: the pid and the run of each, in the order of their statuses."""
    started = [start(crawl, *CRAWL) for crawl in crawls]
    return sorted(((run.process.pid, run.end()) for run in started), key=lambda ended: ended[1].status)


@pytest.mark.parametrize("other_name", [False, True], ids=["one path", "by a link"])
def test_one_works_and_the_other_gives_up(
    crawl: Scrapy, upstream: RunningOrigin, truth: Contents, other_name: bool
) -> None:
    asked = upstream.stats()["total"]
    other = linked(crawl) if other_name else crawl
    (writer, first), (_, second) = together(crawl, other)
    assert (first.status, second.status) == (ALL_WELL, LOCKED), first.log + second.log
    (line,) = filter(None, second.log.splitlines())
    (pid, started_at), *_ = HOLDER.findall(line)
    assert int(pid) == writer
    assert datetime.fromisoformat(started_at).tzinfo is not None
    assert "set FINEWS_LOCK_WAIT" in line
    assert upstream.stats()["total"] - asked == LISTS_AND_ROBOTS_TXT + ARTICLES
    assert truth.differences(Contents.of(crawl.data)) == []


def test_the_one_that_waits_asks_for_the_lists_alone(crawl: Scrapy, upstream: RunningOrigin, truth: Contents) -> None:
    asked = upstream.stats()["total"]
    runs = [run for _, run in together(*[waiting(crawl, 60)] * 3)]
    assert [run.status for run in runs] == [ALL_WELL] * 3, [run.log for run in runs]
    assert sorted(run.summaries()[0]["new"] for run in runs) == [0, 0, ARTICLES]
    assert sum("waiting up to 60 s" in run.log for run in runs) == 2
    assert upstream.stats()["total"] - asked == ARTICLES + 3 * LISTS_AND_ROBOTS_TXT
    assert truth.differences(Contents.of(crawl.data)) == []


def test_one_that_has_waited_long_enough_gives_up(crawl: Scrapy, truth: Contents) -> None:
    first = start(crawl, *CRAWL)
    assert first.wait_for_posts(1)
    first.kill(signal.SIGSTOP)
    try:
        second = waiting(crawl, 1)(*CRAWL)
    finally:
        first.kill(signal.SIGCONT)
    assert second.status == LOCKED, second.log
    assert f"(pid {first.process.pid}, started " in second.log
    assert first.end().status == ALL_WELL
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_lock_whose_holder_was_killed_is_taken_over_at_once(crawl: Scrapy, truth: Contents) -> None:
    first = start(crawl, *CRAWL)
    assert first.wait_for_posts(1)
    first.kill(signal.SIGKILL)
    assert first.end().status == -signal.SIGKILL
    assert (crawl.data / "lock").exists()
    second = crawl(*CRAWL)
    assert second.status == ALL_WELL, second.log
    assert "another run" not in second.log
    assert truth.differences(Contents.of(crawl.data)) == []


@pytest.mark.parametrize(
    "left",
    ["", "{", json.dumps({"pid": os.getpid(), "started_at": "2022-05-26T12:00:00"})],
    ids=["empty", "half", "of a process that lives"],
)
def test_a_file_that_nobody_holds_is_no_lock(crawl: Scrapy, truth: Contents, left: str) -> None:
    """Whatever it says: the pid it names may be anybody's by now."""
    crawl.data.mkdir()
    (crawl.data / "lock").write_text(left)
    run = crawl(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert truth.differences(Contents.of(crawl.data)) == []
