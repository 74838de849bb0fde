"""A replay makes the same posts and category files, byte for byte, without requests."""

from __future__ import annotations

import asyncio
import gzip
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import read_runs
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import running_origin
from finews_crawler.warc.replay.session import ReplayOrder
from tests.support.list_server import listed_site
from tests.support.network_guard import RECORD
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.simulated_clock import BEGIN
from tests.support.stats_dump import STATS_DUMP, stats_of
from tests.warc.replays import Recorded, articles, tree

THEN = "2022-06-01T08:00:00+08:00"
CHANNEL = ("channel",)
CATEGORY = ("category", "-a", "all=1")


@pytest.fixture
def recorded(scrapy: Scrapy, tmp_path: Path) -> Recorded:
    return Recorded.below(scrapy, tmp_path)


@pytest.mark.parametrize("crawl", [CHANNEL, CATEGORY], ids=["channel", "category"])
@pytest.mark.parametrize("given", [True, False], ids=["given", "recorded"])
def test_replay_reproduces_the_archive(recorded: Recorded, crawl: tuple[str, ...], given: bool) -> None:
    with running_origin(40, seed=3) as origin:
        first = recorded.crawl(origin.url, *crawl)
    assert len(tree(recorded.scrapy.data)) > 40
    _, run = recorded.check(*(crawl if given else crawl[:1]))
    assert run.summaries() == first.summaries()
    assert "requests 0;" in run.log


def test_replay_reproduces_a_crawl_by_share(recorded: Recorded, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    with running_origin(10, seed=3) as origin:
        codes.write_text("\n".join(article.info_code for article in origin.articles[:7]), encoding="utf-8")
        recorded.crawl(origin.url, "share", "-a", f"file={codes}")
    codes.unlink()
    recorded.check("share")


def test_replay_needs_no_host_setting_and_opens_no_socket(recorded: Recorded) -> None:
    """The network guard of the tests would refuse and log a connection."""
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
    names = dict.fromkeys(("FINEWS_SHARE_URL", "FINEWS_ARCHIVE_URL"), "http://news.example")
    unset = dict.fromkeys(("FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL"), "")
    run = again.at("", **names, **unset, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert tree(again.data) == tree(recorded.scrapy.data)
    assert Path(os.environ[RECORD]).read_text() == ""


def test_replay_sends_no_request_to_a_reachable_host_and_waits_for_no_delay(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
        requests = origin.stats()["total"]
        again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
        delay = ("-s", "DOWNLOAD_DELAY=3600", "-s", "DOWNLOAD_SLOTS={}")
        run = again.at(origin.url, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel", *delay)
        assert run.status == ExitStatus.ALL_WELL, run.log
        assert origin.stats()["total"] == requests
    assert tree(again.data) == tree(recorded.scrapy.data)


def test_scrapy_fetch_sends_no_request_in_a_replay(recorded: Recorded) -> None:
    with running_origin(1, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
        requests = origin.stats()["total"]
        run = recorded.scrapy.at(origin.url, FINEWS_REPLAY=str(recorded.folder))("fetch", f"{origin.url}/robots.txt")
        assert origin.stats()["total"] == requests
    assert "Traceback" not in run.log


def test_first_seen_at_is_the_time_of_the_recording(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel", **{BEGIN: THEN})
    again, _ = recorded.check("channel")
    begun = datetime.fromisoformat(THEN)
    for found in (articles(recorded.scrapy), articles(again)):
        assert {article.first_seen_at for article in found.values()}
        for article in found.values():
            assert article.first_seen_at
            assert begun <= article.first_seen_at <= begun + timedelta(minutes=2)


def test_replay_of_gzipped_responses(recorded: Recorded) -> None:
    with listed_site(is_gzipped=True) as site:
        recorded.crawl(site.url, "channel", "-a", "channels=media")
    recorded.check("channel")


def test_replay_writes_no_cache_poll_state_alert_or_recording(recorded: Recorded, tmp_path: Path) -> None:
    with running_origin(10, seed=3, faults=["validators"]) as origin:
        recorded.crawl(origin.url, "channel", FINEWS_CHANNEL_MINUTES="media=600")
    alert = tmp_path / "alert"
    settings = {
        "FINEWS_CHANNEL_MINUTES": "media=600",
        "FINEWS_ALARM_COMMAND": f"cat > {alert}",
        "FINEWS_DISK_FREE_MB": str(10**12),
        "FINEWS_WARC_DIR": str(tmp_path / "another"),
    }
    again, _ = recorded.check("channel", **settings)
    assert not (again.data / "cache").exists()
    assert not alert.exists()
    assert not (tmp_path / "another").exists()


def test_the_run_row_names_the_recording_and_no_requests(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again, _ = recorded.check("channel")
    index = Index(DataDirectory(again.data).index)
    (run,) = read_runs(index)
    index.close()
    assert (run.requests, run.bytes, run.retries) == (0, 0, 0)
    assert run.arguments == {"FINEWS_REPLAY": str(recorded.folder)}
    assert run.counts["found"] == sum(run.counts.values()) - run.counts["found"] > 0


def test_replay_into_the_same_archive_changes_nothing(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    before = recorded.scrapy.snapshot()
    run = recorded.scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 0
    after = recorded.scrapy.snapshot()
    assert after == before


def test_dry_run_of_a_replay_writes_nothing(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again, run = recorded.replay("channel", "-a", "dry_run=1")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert run.summaries()[0]["skipped"] == 5
    assert not again.data.exists()


def test_articles_without_a_recorded_response_fail(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        codes = [article.info_code for article in origin.articles]
        recorded.crawl(origin.url, "share", "-a", f"info_code={','.join(codes[:3])}")
    _, run = recorded.replay("share", "-a", f"info_code={','.join(codes)}", *STATS_DUMP)
    counts = run.summaries()[0]
    assert (counts["new"], counts["failed"]) == (3, 2)
    assert run.status == ExitStatus.SOME_FAILED
    assert stats_of(run)["finews/replay/not_recorded"] == 2
    assert all(run.log.count(code) == 1 for code in codes[3:])
    assert "cannot be reached" not in run.log


def test_runs_of_other_spiders_are_not_replayed(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    _, run = recorded.replay("share")
    assert run.summaries()[0]["found"] == 0


def test_replay_of_several_files_and_folders(recorded: Recorded, tmp_path: Path) -> None:
    with running_origin(20, seed=3) as origin:
        recorded.crawl(origin.url, "channel", "-a", "limit=5", **{BEGIN: "2022-06-01T08:00:00+08:00"})
        recorded.crawl(origin.url, "channel", **{BEGIN: "2022-06-02T08:00:00+08:00"})
    first, second = sorted(recorded.folder.iterdir())
    moved = tmp_path / "elsewhere" / "deep"
    moved.mkdir(parents=True)
    second = second.rename(moved / second.name)
    recorded.check("channel", FINEWS_REPLAY=f"{tmp_path / 'elsewhere'}, {first}")


def test_a_cut_off_last_record_is_reported_and_the_rest_replayed(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    (path,) = recorded.folder.iterdir()
    os.truncate(path, path.stat().st_size - 5)
    _, run = recorded.check("channel")  # the last record is a request
    assert run.log.count("the last record is cut off") == 1


def test_records_after_a_changed_byte_are_reported_and_not_replayed(recorded: Recorded) -> None:
    with running_origin(30, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    (path,) = recorded.folder.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 0xFF
    path.write_bytes(bytes(content))
    _, run = recorded.replay("channel")
    assert run.status == ExitStatus.SOME_FAILED
    assert run.log.count(f"{path}: cannot be read beyond byte") == 1
    assert run.summaries()[0]["new"] > 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"notes", "is corrupt, or not gzip, at byte 0"),
        (gzip.compress(b"notes"), "Invalid WARC record"),
        (b"", "it has no complete record"),
    ],
    ids=["not gzip", "not a record", "empty"],
)
def test_a_file_that_is_not_warc_is_refused(scrapy: Scrapy, tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "notes.warc.gz"
    path.write_bytes(content)
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(path))("crawl", "channel")
    assert run.status == ExitStatus.ARGUMENTS
    assert reason in run.log
    assert "name the files of a recording" in run.log
    assert run.log.count("\n") == 1
    assert not scrapy.data.exists()


@pytest.mark.parametrize("name", ["missing.warc.gz", ""])
def test_a_missing_file_is_refused(scrapy: Scrapy, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(tmp_path / "folder" / name))("crawl", "channel")
    assert run.status == ExitStatus.ARGUMENTS
    assert "name the folder or the files of a recording" in run.log
    assert run.log.count("\n") == 1


def test_replay_order_releases_requests_as_their_responses_were_recorded() -> None:
    released: list[int] = []

    async def wait(order: ReplayOrder, number: int) -> None:
        await order.wait(number)
        released.append(number)

    async def wait_for_all() -> None:
        order, numbers = ReplayOrder(), list(range(50))
        random.Random(1).shuffle(numbers)
        await asyncio.gather(*(wait(order, number) for number in numbers))

    asyncio.run(wait_for_all())
    assert released == list(range(50))


def test_the_first_exchange_that_is_left_need_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finews_crawler.warc.replay.session.SECONDS_BETWEEN_RESPONSES", 3600)

    async def wait_for_all() -> list[None]:
        order = ReplayOrder(range(3, 53))
        return await asyncio.wait_for(asyncio.gather(*map(order.wait, [5, 4, *range(6, 53), 3])), timeout=10)

    assert len(asyncio.run(wait_for_all())) == 50


def test_an_exchange_after_one_that_is_never_requested_waits_for_a_moment() -> None:
    released: list[int] = []

    async def wait(order: ReplayOrder, number: int) -> None:
        await order.wait(number)
        released.append(number)

    async def request() -> None:
        order = ReplayOrder([1, 2, 3])
        later = asyncio.ensure_future(wait(order, 3))
        await asyncio.sleep(0)
        await asyncio.gather(wait(order, 2), later)

    asyncio.run(request())
    assert released == [2, 3]


def test_replay_order_passes_over_a_cancelled_request() -> None:
    async def wait() -> list[object]:
        order = ReplayOrder()
        first, second = (asyncio.ensure_future(order.wait(number)) for number in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        return await asyncio.wait_for(asyncio.gather(first, second, return_exceptions=True), timeout=10)

    first, second = asyncio.run(wait())
    assert (type(first), second) == (asyncio.CancelledError, None)
