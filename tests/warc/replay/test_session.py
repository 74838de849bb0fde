"""A replay gives the same posts and category files, byte for byte, with nobody there to ask."""

from __future__ import annotations

import gzip
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.archive.runs import read_runs
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.stats import ExitStatus
from finews_crawler.testing.origin.server import running_origin
from tests.support.archive_snapshot import start
from tests.support.full_disk import small_disk
from tests.support.list_server import listed_site
from tests.support.network_guard import RECORD
from tests.support.scrapy_command import CLOSED_PORT, Scrapy
from tests.support.simulated_clock import BEGIN
from tests.warc.replays import Recorded, articles, tree

THEN = "2022-06-01T08:00:00+08:00"
CHANNEL = ("channel",)
CATEGORY = ("category", "-a", "all=1")


@pytest.fixture
def recorded(scrapy: Scrapy, tmp_path: Path) -> Recorded:
    return Recorded.below(scrapy, tmp_path)


@pytest.mark.parametrize("crawl", [CHANNEL, CATEGORY], ids=["channel", "category"])
@pytest.mark.parametrize("given", [True, False], ids=["given", "recorded"])
def test_what_was_recorded_comes_back(recorded: Recorded, crawl: tuple[str, ...], given: bool) -> None:
    with running_origin(40, seed=3) as origin:
        first = recorded.crawl(origin.url, *crawl)
    assert len(tree(recorded.scrapy.data)) > 40
    _, run = recorded.check(*(crawl if given else crawl[:1]))
    assert run.summaries() == first.summaries()
    assert f"runs of {crawl[0]}, from {recorded.folder}: nobody is asked" in run.log
    assert "requests 0;" in run.log


def test_share(recorded: Recorded, tmp_path: Path) -> None:
    codes = tmp_path / "codes.txt"
    with running_origin(10, seed=3) as origin:
        codes.write_text("\n".join(article.info_code for article in origin.articles[:7]), encoding="utf-8")
        recorded.crawl(origin.url, "share", "-a", f"file={codes}")
    codes.unlink()
    recorded.check("share")


def test_it_needs_no_host_and_opens_no_socket(recorded: Recorded) -> None:
    """Neither a setting nor a port: the guard of the tests refuses, and writes down, what a socket asks for."""
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
    names = dict.fromkeys(("FINEWS_SHARE_URL", "FINEWS_ARCHIVE_URL"), "http://news.example")
    unset = dict.fromkeys(("FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL"), "")
    run = again.at("", **names, **unset, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert tree(again.data) == tree(recorded.scrapy.data)
    assert Path(os.environ[RECORD]).read_text() == ""


def test_nothing_is_asked_of_a_host_that_is_there(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
        asked = origin.stats()["total"]
        again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
        run = again.at(origin.url, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel")
        assert run.status == ExitStatus.ALL_WELL, run.log
        assert origin.stats()["total"] == asked
    assert tree(again.data) == tree(recorded.scrapy.data)


def test_an_article_was_seen_when_it_was_recorded(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel", **{BEGIN: THEN})
    again, _ = recorded.check("channel")
    begun = datetime.fromisoformat(THEN)
    for moments in (articles(recorded.scrapy), articles(again)):
        assert {article.first_seen_at for article in moments.values()}
        for article in moments.values():
            assert article.first_seen_at
            assert begun <= article.first_seen_at <= begun + timedelta(minutes=2)


def test_gzipped_answers(recorded: Recorded) -> None:
    with listed_site(is_gzipped=True) as site:
        recorded.crawl(site.url, "channel", "-a", "channels=media")
    recorded.check("channel")


def test_nothing_of_the_past_is_kept_for_the_next_crawl(recorded: Recorded, tmp_path: Path) -> None:
    """No lists, no moments at which they were asked for, no alarm, and no recording."""
    with running_origin(10, seed=3, faults=["validators"]) as origin:
        recorded.crawl(origin.url, "channel", FINEWS_CHANNEL_MINUTES="media=600")
    told = tmp_path / "told"
    settings = {
        "FINEWS_CHANNEL_MINUTES": "media=600",
        "FINEWS_ALARM_COMMAND": f"cat > {told}",
        "FINEWS_DISK_FREE_MB": str(10**12),
        "FINEWS_WARC_DIR": str(tmp_path / "another"),
    }
    again, _ = recorded.check("channel", **settings)
    assert not (again.data / "cache").exists()
    assert not told.exists()
    assert not (tmp_path / "another").exists()


def test_its_row_says_what_it_was(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again, _ = recorded.check("channel")
    index = Index(DataDirectory(again.data).index)
    (run,) = read_runs(index)
    index.close()
    assert (run.requests, run.bytes, run.retries) == (0, 0, 0)
    assert run.arguments == {"FINEWS_REPLAY": str(recorded.folder)}
    assert run.counts["found"] == sum(run.counts.values()) - run.counts["found"] > 0


def test_into_an_archive_that_holds_them(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    before = recorded.scrapy.snapshot()
    run = recorded.scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder))("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert run.summaries()[0]["new"] == 0
    after = recorded.scrapy.snapshot()
    assert after == before


def test_a_dry_run_of_a_replay(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    again, run = recorded.replay("channel", "-a", "dry_run=1")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "would ask for 5 articles" in run.log
    assert not again.data.exists()


def test_what_nobody_recorded_has_failed(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        codes = [article.info_code for article in origin.articles]
        recorded.crawl(origin.url, "share", "-a", f"info_code={','.join(codes[:3])}")
    _, run = recorded.replay("share", "-a", f"info_code={','.join(codes)}")
    counts = run.summaries()[0]
    assert (counts["new"], counts["failed"]) == (3, 2)
    assert run.status == ExitStatus.SOME_FAILED
    assert run.log.count("the recording has no answer for it") == 2
    assert all(run.log.count(code) == 1 for code in codes[3:])
    assert "cannot be reached" not in run.log


def test_a_run_of_another_spider_is_none_of_this_one(recorded: Recorded) -> None:
    with running_origin(5, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    _, run = recorded.replay("share")
    assert "replay of 0 exchanges in 0 runs of share" in run.log


def test_several_files_and_folders(recorded: Recorded, tmp_path: Path) -> None:
    with running_origin(20, seed=3) as origin:
        recorded.crawl(origin.url, "channel", "-a", "limit=5", **{BEGIN: "2022-06-01T08:00:00+08:00"})
        recorded.crawl(origin.url, "channel", **{BEGIN: "2022-06-02T08:00:00+08:00"})
    first, second = sorted(recorded.folder.iterdir())
    moved = tmp_path / "elsewhere" / "deep"
    moved.mkdir(parents=True)
    second = second.rename(moved / second.name)
    recorded.check("channel", FINEWS_REPLAY=f"{tmp_path / 'elsewhere'}, {first}")


def test_half_a_last_record_is_told_and_the_rest_replayed(recorded: Recorded) -> None:
    with running_origin(10, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    (path,) = recorded.folder.iterdir()
    os.truncate(path, path.stat().st_size - 5)
    recorded.check("channel")  # it was a request
    _, run = recorded.replay("channel")
    assert run.log.count("its last record is cut off") == 1


def test_what_lies_behind_a_changed_byte_is_not_replayed_and_told(recorded: Recorded) -> None:
    with running_origin(30, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    (path,) = recorded.folder.iterdir()
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4] ^= 0xFF
    path.write_bytes(bytes(content))
    _, run = recorded.replay("channel")
    assert run.status == ExitStatus.SOME_FAILED
    assert run.log.count(f"{path}: what lies behind byte") == 1
    assert run.summaries()[0]["new"] > 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"somebody's notes", "is damaged, or no gzip, at byte 0"),
        (gzip.compress(b"somebody's notes"), "Invalid WARC record"),
        (b"", "it holds no whole record"),
    ],
    ids=["no gzip", "no record", "empty"],
)
def test_what_is_no_warc_is_refused(scrapy: Scrapy, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "notes.warc.gz"
    path.write_bytes(content)
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(path))("crawl", "channel")
    assert run.status == ExitStatus.ARGUMENTS
    assert told in run.log
    assert "name the files of a recording" in run.log
    assert run.log.count("\n") == 1
    assert not scrapy.data.exists()


@pytest.mark.parametrize("name", ["missing.warc.gz", ""])
def test_what_is_not_there_is_refused(scrapy: Scrapy, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    run = scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(tmp_path / "folder" / name))("crawl", "channel")
    assert run.status == ExitStatus.ARGUMENTS
    assert "name the folder or the files of a recording" in run.log
    assert run.log.count("\n") == 1


def test_asked_to_stop(recorded: Recorded) -> None:
    """Nothing hangs, and nothing is lost: the next replay goes on."""
    with running_origin(300, seed=3) as origin:
        recorded.crawl(origin.url, "category", "-a", "all=1")
    again = recorded.scrapy.into(recorded.scrapy.data.with_name("again"))
    started = start(again.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder)), "crawl", "category")
    assert started.wait_for_posts(1), started.end().log
    started.kill(signal.SIGTERM)
    ended = started.end()
    assert ended.status == ExitStatus.ALL_WELL, ended.log
    recorded.check("category")


def test_a_disk_without_room_for_the_posts(recorded: Recorded, tmp_path: Path) -> None:
    with running_origin(100, seed=3) as origin:
        recorded.crawl(origin.url, "channel")
    with small_disk(tmp_path / "disk", 300) as disk:
        crawl = disk(recorded.scrapy.at(CLOSED_PORT, FINEWS_REPLAY=str(recorded.folder)))
        run = crawl("crawl", "channel")
    assert run.status == ExitStatus.NOT_WRITABLE, run.log
    assert "give room" in run.log
