"""Two crawls on one data directory: one writes, the other waits or exits, and the archive is as after one crawl."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import pytest

from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, Started, crawl_alone, posts_of, start
from tests.support.cluster_runs import wait_until
from tests.support.scrapy_command import Run, Scrapy

ARTICLES = 80
CRAWL = ("crawl", "channel")
ALL_WELL, SOME_FAILED, NOT_WRITABLE, LOCKED = 0, 3, 6, 7
LISTS_AND_ROBOTS_TXT = 6
HOLDER = re.compile(r"is written by another run \(pid (\d+), started (\S+)\)")


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    """An origin so slow that a second crawl starts while the first is running."""
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
    """Return the crawl of the same data directory by another path."""
    crawl.data.mkdir()
    link = crawl.data.with_name("link")
    link.symlink_to(crawl.data)
    return crawl.into(link)


def together(*crawls: Scrapy, has_pause: bool = False) -> list[tuple[int, Run]]:
    """Start the crawls at the same time. Return process id and run of each, sorted by exit status.

    With *has_pause*, the one that has the lock is stopped until another one has ended: it might be over before that
    has started.
    """
    started = [start(crawl, *CRAWL) for crawl in crawls]
    if has_pause:
        wait_until(lambda: any(run.is_over for run in started) or posts_of(crawls[0].data))
        for holder in [run for run in started if not run.is_over and has_lock(run)]:
            holder.kill(signal.SIGSTOP)
            wait_until(lambda: any(run.is_over for run in started))
            holder.kill(signal.SIGCONT)
    return sorted(((run.process.pid, run.end()) for run in started), key=lambda ended: ended[1].status)


def has_lock(run: Started) -> bool:
    with suppress(FileNotFoundError):  # it has just ended
        return bool(json.loads((run.scrapy.data / "lock").read_bytes())["pid"] == run.process.pid)
    return False


@pytest.mark.parametrize("other_name", [False, True], ids=["one path", "by a link"])
def test_the_second_crawl_exits_while_the_first_one_runs(
    crawl: Scrapy, upstream: RunningOrigin, truth: Contents, other_name: bool
) -> None:
    before = upstream.stats()["total"]
    other = linked(crawl) if other_name else crawl
    (writer, first), (_, second) = together(crawl, other, has_pause=True)
    assert (first.status, second.status) == (ALL_WELL, LOCKED), first.log + second.log
    (line,) = filter(None, second.log.splitlines())
    (pid, started_at), *_ = HOLDER.findall(line)
    assert int(pid) == writer
    assert datetime.fromisoformat(started_at).tzinfo is not None
    assert "set FINEWS_LOCK_WAIT" in line
    assert upstream.stats()["total"] - before == LISTS_AND_ROBOTS_TXT + ARTICLES
    assert truth.differences(Contents.of(crawl.data)) == []


def test_crawls_that_waited_request_the_lists_only(crawl: Scrapy, upstream: RunningOrigin, truth: Contents) -> None:
    before = upstream.stats()["total"]
    runs = [run for _, run in together(*[waiting(crawl, 60)] * 3)]
    assert [run.status for run in runs] == [ALL_WELL] * 3, [run.log for run in runs]
    assert sorted(run.summaries()[0]["new"] for run in runs) == [0, 0, ARTICLES]
    assert upstream.stats()["total"] - before == ARTICLES + 3 * LISTS_AND_ROBOTS_TXT
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_crawl_exits_after_its_lock_wait(crawl: Scrapy, truth: Contents) -> None:
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


def test_the_lock_of_a_killed_crawl_is_taken_at_once(crawl: Scrapy, truth: Contents) -> None:
    first = start(crawl, *CRAWL)
    assert first.wait_for_posts(1)
    first.kill(signal.SIGKILL)
    assert first.end().status == -signal.SIGKILL
    assert (crawl.data / "lock").exists()
    second = crawl(*CRAWL)
    assert second.status == ALL_WELL, second.log
    assert truth.differences(Contents.of(crawl.data)) == []


@pytest.mark.parametrize(
    "left",
    ["", "{", json.dumps({"pid": os.getpid(), "started_at": "2022-05-26T12:00:00"})],
    ids=["empty", "half", "of a running process"],
)
def test_a_lock_file_without_a_lock_is_ignored(crawl: Scrapy, truth: Contents, left: str) -> None:
    """Its process id may belong to another process by now."""
    crawl.data.mkdir()
    (crawl.data / "lock").write_text(left)
    run = crawl(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert truth.differences(Contents.of(crawl.data)) == []


def test_a_crawl_whose_lock_file_is_removed_stops_and_leaves_the_archive_to_the_next(
    crawl: Scrapy, truth: Contents
) -> None:
    first = start(crawl, *CRAWL)
    assert first.wait_for_posts(1), first.end().log
    (crawl.data / "lock").unlink()
    second = crawl(*CRAWL)
    ended = first.end()
    assert ended.status == NOT_WRITABLE, ended.log
    assert ended.log.count("lock was removed or replaced during this run") == 1
    assert "Traceback" not in ended.log
    assert second.status in (ALL_WELL, SOME_FAILED), second.log
    assert crawl(*CRAWL).status == ALL_WELL
    assert truth.differences(Contents.of(crawl.data)) == []
