"""Crawls whose monitors alarm: who is told what, how the run ends, and what it leaves."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from finews_crawler.stats import Count, ExitStatus
from finews_crawler.testing.origin.server import RunningOrigin, running_origin
from finews_crawler.utils import clock
from tests.operate.monitoring.channel_arrivals import article, index_of
from tests.support.alert_receivers import Mailbox, receiving
from tests.support.archive_snapshot import start
from tests.support.arrivals import published
from tests.support.prometheus_format import read_exposition
from tests.support.scrapy_command import CLOSED_PORT, Scrapy

FULL = "999999999"
"""No disk has so many megabytes left."""


def last_row(data: Path) -> dict[str, object]:
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM run ORDER BY id DESC").fetchone())


def alarms_of(data: Path, owner: str = "channel") -> list[str]:
    book = data / "cache" / "alarms.json"
    return [alarm["name"] for alarm in json.loads(book.read_bytes()).get(owner, [])] if book.exists() else []


def a_day_passes(data: Path) -> None:
    """Put back when each was told."""
    book = data / "cache" / "alarms.json"
    page = json.loads(book.read_bytes())
    for alarm in (alarm for alarms in page.values() for alarm in alarms):
        told = alarm["told"].items()
        alarm["told"] = {to: (datetime.fromisoformat(at) - timedelta(days=1)).isoformat() for to, at in told}
    book.write_text(json.dumps(page), encoding="utf-8")


def test_an_alarm_from_its_start_to_its_end(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    mailbox, summary, got = Mailbox.in_folder(tmp_path / "mail"), tmp_path / "summary.json", tmp_path / "got"
    with receiving() as receiver:
        scrapy = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_SUMMARY_FILE=str(summary))
        whom = {"FINEWS_ALARM_MAIL": "news@example.org", "FINEWS_SENDMAIL": str(mailbox.program)}
        scrapy.environment |= {**whom, "FINEWS_ALARM_WEBHOOK": receiver.url}
        scrapy.environment |= {"FINEWS_ALARM_COMMAND": f"cat >> {got}; echo >> {got}"}
        run = scrapy("crawl", "channel")
        assert run.status == ExitStatus.SOME_FAILED, run.log
        assert run.log.count("alarm disk: ") == 1
        (first,) = receiver.objects()
        row = last_row(scrapy.data)
        assert (row["exit_status"], row["counts"]) == (3, json.dumps(first["counts"]))
        assert str(row["first_error"]).startswith("alarm disk: ")
        assert json.loads(summary.read_text())["exit_status"] == ExitStatus.SOME_FAILED
        told = [first[name] for name in ("run", "spider", "started_at", "ended_at", "status")]
        assert told == [row["id"], "channel", row["started_at"], row["ended_at"], 3]
        assert set(first["counts"]) == {count.value for count in Count}

        assert scrapy("crawl", "channel").status == ExitStatus.SOME_FAILED
        assert len(receiver.bodies) == 1  # it goes on, and is not told again

        a_day_passes(scrapy.data)
        assert scrapy("crawl", "share", "-a", "info_code=NW202205182383638060").status == ExitStatus.SOME_FAILED
        scrapy.environment["FINEWS_DISK_FREE_MB"] = "0"
        over = scrapy("crawl", "channel")
        assert over.status == ExitStatus.ALL_WELL, over.log
        assert "alarm disk is over" in over.log
        assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
    states = [[(alarm["name"], alarm["state"]) for alarm in report["alarms"]] for report in receiver.objects()]
    assert states == [[("disk", "started")], [("disk", "lasts")], [("disk", "over")]]
    assert [json.loads(line) for line in got.read_text(encoding="utf-8").splitlines()] == receiver.objects()
    host = first["host"]
    subjects = [str(mail["Subject"]) for mail in mailbox.mails()]
    assert subjects == [*[f"finews_crawler on {host}: disk"] * 2, f"finews_crawler on {host}: over: disk"]
    assert first["alarms"][0]["text"] in mailbox.mails()[0].get_content()


def test_an_action_that_fails_hides_nothing_and_is_tried_again(scrapy: Scrapy, origin: RunningOrigin) -> None:
    with receiving() as receiver:
        receiver.status = 500
        scrapy = scrapy.at(origin.url, FINEWS_ALARM_WEBHOOK=receiver.url)
        assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
        assert receiver.bodies == []
        scrapy.environment["FINEWS_DISK_FREE_MB"] = FULL
        run = scrapy("crawl", "channel")
        assert run.status == ExitStatus.SOME_FAILED
        assert "could not be told of disk: it answered 500" in run.log
        assert "key-in-the-path" not in run.log
        assert last_row(scrapy.data)["exit_status"] == ExitStatus.SOME_FAILED
        receiver.status = 200
        assert "could not be told" not in scrapy("crawl", "channel").log
        scrapy("crawl", "channel")
    assert [report["alarms"][0]["state"] for report in receiver.objects()] == ["started", "started"]


def test_a_ban_is_an_alarm_and_stays_a_ban(scrapy: Scrapy) -> None:
    with running_origin(60, seed=3, faults=["soft-ban"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == ExitStatus.BLOCKED, run.log
    assert "alarm blocked: " in run.log


def test_lists_of_a_new_shape_are_an_alarm(scrapy: Scrapy) -> None:
    with running_origin(10, seed=3, faults=["changed-shape"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == ExitStatus.CHANGED_SHAPE, run.log
    assert "alarm changed_shape: " in run.log


def test_a_channel_that_cannot_be_read_is_an_alarm_in_the_second_run(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_MARKET_URL=CLOSED_PORT)
    first = scrapy("crawl", "channel", "-a", "channels=media,market:37", "-s", "RETRY_TIMES=0")
    assert first.status == ExitStatus.SOME_FAILED
    assert "alarm" not in first.log
    assert alarms_of(scrapy.data) == ["unread:market:37"]
    second = scrapy("crawl", "channel", "-a", "channels=media,market:37", "-s", "RETRY_TIMES=0")
    assert "alarm unread:market:37: the list of market:37 could not be had: " in second.log
    assert "FINEWS_MARKET_URL" in second.log
    assert "unread:media" not in second.log


def test_a_channel_that_is_not_due_is_not_missed(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_CHANNEL_MINUTES="market=600")
    assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
    scrapy.environment["FINEWS_MARKET_URL"] = CLOSED_PORT
    run = scrapy("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert alarms_of(scrapy.data) == []


def test_a_channel_that_has_been_empty_for_days_is_quiet(scrapy: Scrapy) -> None:
    today = clock.now().date()
    moments = published(60, today - timedelta(days=80), today - timedelta(days=12), seed=1)
    held = [article(number, moment, {"title": "media"}) for number, moment in enumerate(moments)]
    scrapy.data.mkdir()
    index_of(scrapy.data / "index.sqlite", held).close()
    with running_origin(5, seed=3, faults=["no-news"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "channels=rolling,media")
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert f"alarm quiet:media: nothing new from media since {moments[-1]:%Y-%m-%d %H:%M}" in run.log
    assert "quiet:rolling" not in run.log  # nobody knows its norm
    assert "unread" not in run.log


def test_a_run_that_was_asked_to_stop_is_not_judged(scrapy: Scrapy) -> None:
    with running_origin(60, seed=3, latency_ms=300) as origin:
        started = start(scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL), "crawl", "channel")
        assert started.wait_for(lambda: origin.stats()["total"] >= 8)
        started.kill(signal.SIGTERM)
        run = started.end()
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "alarm" not in run.log


def test_a_signal_while_alarms_are_told_has_them_told_to_the_end(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    begun, go, heard = (tmp_path / name for name in ("begun", "go", "heard"))
    command = f"touch {begun}; while [ ! -e {go} ]; do sleep 0.05; done; cat > {heard}"
    metrics = tmp_path / "finews.prom"
    at_origin = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_ALARM_COMMAND=command)
    at_origin.environment["FINEWS_METRICS_FILE"] = str(metrics)
    started = start(at_origin, "crawl", "channel")
    assert started.wait_for(begun.exists)
    assert alarms_of(scrapy.data, "") == ["disk"], "the alarm is in the book before anybody is told"
    started.kill(signal.SIGTERM)
    assert at_origin("crawl", "channel").status == ExitStatus.LOCKED
    go.touch()
    run = started.end()
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert json.loads(heard.read_bytes())["alarms"][0]["name"] == "disk"
    assert metrics.stat().st_mode & 0o777 == 0o644
    at_origin.environment["FINEWS_ALARM_COMMAND"] = f"cat > {tmp_path / 'again'}"
    assert at_origin("crawl", "channel").status == ExitStatus.SOME_FAILED
    assert not (tmp_path / "again").exists(), "it has been told"


def test_who_is_told_is_written_down_before_the_others_are(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    with receiving() as receiver:
        at_origin = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_ALARM_WEBHOOK=receiver.url)
        at_origin.environment["FINEWS_ALARM_COMMAND"] = f"touch {begun}; sleep 50"
        started = start(at_origin, "crawl", "channel")
        book = scrapy.data / "cache" / "alarms.json"
        assert started.wait_for(lambda: begun.exists() and b'"webhook"' in book.read_bytes())
        started.kill(signal.SIGKILL)
        started.end()
        at_origin.environment["FINEWS_ALARM_COMMAND"] = ""
        assert at_origin("crawl", "channel").status == ExitStatus.SOME_FAILED
        assert len(receiver.objects()) == 1, "not told twice"


def test_a_run_without_news_whose_archive_is_well_leaves_no_book(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_ALARM_COMMAND="false")("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "alarm" not in run.log
    assert not (scrapy.data / "cache" / "alarms.json").exists()


def test_where_nobody_is_told_the_log_and_the_status_tell(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL)
    for _ in range(2):
        run = scrapy("crawl", "channel", "-a", "limit=1")
        assert run.status == ExitStatus.SOME_FAILED
        assert run.log.count("alarm disk: ") == 1
    scrapy.environment["FINEWS_DISK_FREE_MB"] = "0"
    assert "alarm disk is over" in scrapy("crawl", "channel", "-a", "limit=1").log


def test_where_nothing_is_archived_and_nobody_is_told_a_run_leaves_nothing(scrapy: Scrapy) -> None:
    run = scrapy.at(CLOSED_PORT, FINEWS_DISK_FREE_MB=FULL)("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert "alarm disk: " in run.log
    assert not (scrapy.data / "cache").exists()


def test_the_metrics_file_tells_of_each_spiders_last_run(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    path = tmp_path / "finews.prom"
    scrapy = scrapy.at(origin.url, FINEWS_METRICS_FILE=str(path), FINEWS_DISK_FREE_MB=FULL)
    run = scrapy("crawl", "channel", "-a", "limit=5")
    (counts,) = run.summaries()
    scrapy("crawl", "share", "-a", "info_code=NW202205182383638060")
    read = read_exposition(path.read_text(encoding="utf-8"))
    spiders = {dict(labels)["spider"] for labels in read["finews_run_exit_status"].samples}
    assert spiders == {"channel", "share"}
    articles = {tuple(sorted(labels)): value for labels, value in read["finews_run_articles"].samples.items()}
    assert articles[("outcome", "new"), ("spider", "channel")] == counts["new"] == 5
    assert read["finews_articles_held"].samples[frozenset()] >= 5
    alarms = {(dict(labels)["spider"], dict(labels)["name"]): n for labels, n in read["finews_alarm"].samples.items()}
    assert alarms["", "disk"] == 1
    assert alarms["channel", "quiet:media"] == alarms["share", "slow"] == 0
    assert ("share", "quiet:media") not in alarms
    assert path.stat().st_mode & 0o044 == 0o044  # node_exporter is another user
    assert list(tmp_path.glob(".*.part")) == []


def test_a_metrics_file_that_cannot_be_written_is_told_of(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    scrapy = scrapy.at(origin.url, FINEWS_METRICS_FILE=str(closed / "finews.prom")).bound_by_permissions()
    run = scrapy("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "FINEWS_METRICS_FILE=" in run.log
    assert "give permission" in run.log
