"""Full disks and missing permissions: all articles reported as written exist, and a rerun completes the archive."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from tests.support.archive_snapshot import Contents, audit_findings, crawl_alone, not_as_reported, posts_of, start
from tests.support.full_disk import SmallDisk, small_disk
from tests.support.scrapy_command import Run, Scrapy

ARTICLES = 100
CRAWL = ("crawl", "channel")
ALL_WELL, NOT_WRITABLE = 0, 6
PLENTY = 64 * 1024
ADVICE = (
    "give room and run again",
    "give permission and run again",
    "free some space or check the disk, and run again",
    "give it, or set FINEWS_DATA_DIR",
)


@pytest.fixture(scope="module")
def upstream() -> Iterator[RunningOrigin]:
    with running_origin(ARTICLES, seed=8, latency_ms=20) as running:
        yield running


@pytest.fixture(scope="module")
def truth(upstream: RunningOrigin, tmp_path_factory: pytest.TempPathFactory) -> Contents:
    return crawl_alone(Scrapy.into_folder(tmp_path_factory.mktemp("truth") / "data").at(upstream.url), ARTICLES, *CRAWL)


def check_refusal(run: Run, folder: Path) -> None:
    """Check for status 6 and one line with path, reason and advice."""
    assert run.status == NOT_WRITABLE, run.log
    assert "Traceback" not in run.log
    lines = [line for line in run.log.splitlines() if any(advice in line for advice in ADVICE)]
    assert len(lines) == 1, run.log
    assert str(folder) in lines[0]


def check_whole(scrapy: Scrapy, data: Path, truth: Contents) -> None:
    """One plain rerun, and everything is as if nothing had happened."""
    run = scrapy(*CRAWL)
    assert run.status == ALL_WELL, run.log
    assert truth.differences(Contents.of(data)) == []
    assert audit_findings(scrapy) == []


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Leave not one byte during the block, so that not even the lock file takes the name of its holder."""
    path = folder / "filler"
    with suppress(OSError), path.open("wb", buffering=0) as filler:
        while filler.write(b"0" * 512):
            pass
    yield
    path.unlink()


def crawl_without_room(disk: SmallDisk, scrapy: Scrapy, truth: Contents) -> int:
    """One crawl that the disk is too small for; how many articles are held then."""
    data = disk.seen / "data"
    held = len(posts_of(data))
    run = disk(scrapy)(*CRAWL)
    check_refusal(run, disk.mounted_at / "data")
    assert not_as_reported(data, run, truth) == []
    assert not list(data.rglob("*.part"))
    assert len(posts_of(data)) >= held
    return len(posts_of(data))


# In kilobytes: the room runs out in the index's schema, its first rows, a category file, posts, later rows.
@pytest.mark.parametrize("kilobytes", [4, 16, 60, 300, 900])
def test_a_full_disk(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, tmp_path: Path, kilobytes: int) -> None:
    crawl = scrapy.at(upstream.url)
    with small_disk(tmp_path / "disk", kilobytes) as disk:
        assert crawl_without_room(disk, crawl, truth) < ARTICLES
        disk.resize(PLENTY, crawl)
        check_whole(disk(crawl), disk.seen / "data", truth)


def test_a_disk_too_small_for_several_runs(
    upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, tmp_path: Path
) -> None:
    crawl, held = scrapy.at(upstream.url), [0]
    with small_disk(tmp_path / "disk", 4) as disk:
        for kilobytes in (100, 400, 700, 1000):
            disk.resize(kilobytes, crawl)
            held.append(crawl_without_room(disk, crawl, truth))
            with filled(disk.seen):
                held.append(crawl_without_room(disk, crawl, truth))
        assert held[0] < held[-1] < ARTICLES
        disk.resize(PLENTY, crawl)
        check_whole(disk(crawl), disk.seen / "data", truth)


@pytest.mark.parametrize("kilobytes", [1, 40])
def test_a_limit_on_file_sizes(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, kilobytes: int) -> None:
    """A limit on the size of each file: it can be set anywhere, and it is the index that meets it."""
    crawl = scrapy.at(upstream.url)
    # Python would keep what the limit has left of the byte code of a module, and fail to import it ever after.
    environment = {**crawl.environment, "PYTHONDONTWRITEBYTECODE": "1"}
    limited = replace(crawl, environment=environment, prefix=("prlimit", f"--fsize={kilobytes * 1024}"))
    run = limited(*CRAWL)
    check_refusal(run, scrapy.data)
    assert not_as_reported(scrapy.data, run, truth) == []
    check_whole(crawl, scrapy.data, truth)


@pytest.mark.parametrize("name", ["site", "site/_posts", "site/category"])
def test_a_folder_without_permission(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, name: str) -> None:
    crawl, folder = scrapy.at(upstream.url), scrapy.data / name
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    asked = upstream.stats()["total"]
    check_refusal(crawl.bound_by_permissions()(*CRAWL), folder)
    assert upstream.stats()["total"] == asked
    folder.chmod(0o700)
    check_whole(crawl, scrapy.data, truth)


def asked_for(origin: RunningOrigin) -> int:
    """Return the number of articles requested from the origin."""
    return int(origin.stats()["paths"].get(NEWS_TEXT_PATH, 0))


@pytest.mark.parametrize("name", ["site/_posts", "site/category"])
def test_permission_taken_away_during_a_crawl(
    upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, name: str
) -> None:
    crawl, folder = scrapy.at(upstream.url), scrapy.data / name
    assert crawl(*CRAWL, "-a", "limit=5").status == ALL_WELL
    before = asked_for(upstream)
    run = start(crawl.bound_by_permissions(), *CRAWL)
    assert run.wait_for(lambda: asked_for(upstream) > before), run.end().log
    folder.chmod(0o500)
    ended = run.end()
    folder.chmod(0o700)
    check_refusal(ended, scrapy.data)
    assert not_as_reported(scrapy.data, ended, truth, held_before=5) == []
    check_whole(crawl, scrapy.data, truth)


def test_a_data_directory_that_loses_permission_during_a_crawl(
    upstream: RunningOrigin, truth: Contents, scrapy: Scrapy
) -> None:
    """The posts' folders and the open index can still be written: the run may well come to its end."""
    crawl = scrapy.at(upstream.url)
    run = start(crawl.bound_by_permissions(), *CRAWL)
    assert run.wait_for_posts(1), run.end().log
    scrapy.data.chmod(0o500)
    ended = run.end()
    scrapy.data.chmod(0o700)
    assert ended.status in (ALL_WELL, NOT_WRITABLE), ended.log
    assert "Traceback" not in ended.log
    assert not_as_reported(scrapy.data, ended, truth) == []
    check_whole(crawl, scrapy.data, truth)


def check_stopped(run: Run, data: Path, truth: Contents) -> None:
    """Check the report of a run that was stopped."""
    assert "Traceback" not in run.log, run.log
    for counts in run.summaries():
        assert counts["found"] == sum(counts.values()) - counts["found"], run.log
        assert counts["failed"] == 0, run.log
    assert not_as_reported(data, run, truth) == []


@pytest.mark.parametrize("seed", range(2))
def test_sigterm_stops_a_run_gracefully(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, seed: int) -> None:
    crawl, dice = scrapy.at(upstream.url), random.Random(seed)
    due = asked_for(upstream) + dice.randint(1, ARTICLES - 10)
    run = start(crawl, *CRAWL)
    assert run.wait_for(lambda: asked_for(upstream) >= due), run.end().log
    run.kill(signal.SIGTERM)
    ended = run.end()
    assert ended.status == ALL_WELL, ended.log
    (counts,) = ended.summaries()
    assert counts["skipped"] > 0
    assert not list(scrapy.data.rglob("*.part"))
    assert len(posts_of(scrapy.data)) == counts["new"] < ARTICLES
    check_stopped(ended, scrapy.data, truth)
    check_whole(crawl, scrapy.data, truth)


@pytest.mark.parametrize("seed", range(2))
def test_a_second_sigterm_does_not_wait(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, seed: int) -> None:
    """The second signal does not wait for requests in progress, and the exit status may differ."""
    crawl, dice = scrapy.at(upstream.url), random.Random(seed)
    due, seconds = asked_for(upstream) + dice.randint(1, ARTICLES - 10), dice.uniform(0, 0.3)
    run = start(crawl, *CRAWL)
    assert run.wait_for(lambda: asked_for(upstream) >= due), run.end().log
    run.kill(signal.SIGTERM)
    again = time.monotonic() + seconds
    run.wait_for(lambda: time.monotonic() >= again)
    run.kill(signal.SIGTERM)
    check_stopped(run.end(), scrapy.data, truth)
    check_whole(crawl, scrapy.data, truth)


@pytest.mark.parametrize("seconds", [0, 0.05, 0.1])
def test_sigterm_during_the_start(upstream: RunningOrigin, truth: Contents, scrapy: Scrapy, seconds: float) -> None:
    """Before Scrapy listens for signals, the process ends as any other; later, the run stops gracefully."""
    crawl = scrapy.at(upstream.url)
    run = start(crawl, *CRAWL)
    assert run.wait_for(lambda: run.output.stat().st_size > 0)
    due = time.monotonic() + seconds
    run.wait_for(lambda: time.monotonic() >= due)
    run.kill(signal.SIGTERM)
    ended = run.end()
    assert ended.status in (ALL_WELL, -signal.SIGTERM), ended.log
    check_stopped(ended, scrapy.data, truth)
    check_whole(crawl, scrapy.data, truth)
