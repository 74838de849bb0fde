"""Crawls with firing alerts: notifications, exit status, metrics and the files that remain."""

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
"""More megabytes than any disk has free."""


def last_row(data: Path) -> dict[str, object]:
    with closing(sqlite3.connect(data / "index.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute("SELECT * FROM run ORDER BY id DESC").fetchone())


def alarms_of(data: Path, owner: str = "channel") -> list[str]:
    store_file = data / "cache" / "alarms.json"
    return (
        [alarm["name"] for alarm in json.loads(store_file.read_bytes()).get(owner, [])] if store_file.exists() else []
    )


def move_back_one_day(data: Path) -> None:
    """Move the time of each notification back by a day."""
    store_file = data / "cache" / "alarms.json"
    alerts = json.loads(store_file.read_bytes())
    for alert in (alert for own in alerts.values() for alert in own):
        times = alert["told"].items()
        alert["told"] = {name: (datetime.fromisoformat(at) - timedelta(days=1)).isoformat() for name, at in times}
    store_file.write_text(json.dumps(alerts), encoding="utf-8")


def test_alert_is_reported_from_its_start_to_its_end(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    mailbox, summary, got = Mailbox.in_folder(tmp_path / "mail"), tmp_path / "summary.json", tmp_path / "got"
    with receiving() as receiver:
        scrapy = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_SUMMARY_FILE=str(summary))
        mail = {"FINEWS_ALARM_MAIL": "news@example.org", "FINEWS_SENDMAIL": str(mailbox.program)}
        scrapy.environment |= {**mail, "FINEWS_ALARM_WEBHOOK": receiver.url}
        scrapy.environment |= {"FINEWS_ALARM_COMMAND": f"cat >> {got}; echo >> {got}"}
        run = scrapy("crawl", "channel")
        assert run.status == ExitStatus.SOME_FAILED, run.log
        assert run.log.count("alarm disk: ") == 1
        (first,) = receiver.objects()
        row = last_row(scrapy.data)
        assert (row["exit_status"], row["counts"]) == (3, json.dumps(first["counts"]))
        assert str(row["first_error"]).startswith("alarm disk: ")
        assert json.loads(summary.read_text())["exit_status"] == ExitStatus.SOME_FAILED
        reported = [first[name] for name in ("run", "spider", "started_at", "ended_at", "status")]
        assert reported == [row["id"], "channel", row["started_at"], row["ended_at"], 3]
        assert set(first["counts"]) == {count.value for count in Count}

        assert scrapy("crawl", "channel").status == ExitStatus.SOME_FAILED
        assert len(receiver.bodies) == 1  # still firing, and reported already

        move_back_one_day(scrapy.data)
        assert scrapy("crawl", "share", "-a", "info_code=NW202205182383638060").status == ExitStatus.SOME_FAILED
        scrapy.environment["FINEWS_DISK_FREE_MB"] = "0"
        over = scrapy("crawl", "channel")
        assert over.status == ExitStatus.ALL_WELL, over.log
        assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
    states = [[(alarm["name"], alarm["state"]) for alarm in report["alarms"]] for report in receiver.objects()]
    assert states == [[("disk", "started")], [("disk", "lasts")], [("disk", "over")]]
    assert [json.loads(line) for line in got.read_text(encoding="utf-8").splitlines()] == receiver.objects()
    host = first["host"]
    subjects = [str(mail["Subject"]) for mail in mailbox.mails()]
    assert subjects == [*[f"finews_crawler on {host}: disk"] * 2, f"finews_crawler on {host}: over: disk"]
    assert first["alarms"][0]["text"] in mailbox.mails()[0].get_content()


def test_failed_notification_is_repeated_and_keeps_the_result_of_the_run(scrapy: Scrapy, origin: RunningOrigin) -> None:
    with receiving() as receiver:
        receiver.status = 500
        scrapy = scrapy.at(origin.url, FINEWS_ALARM_WEBHOOK=receiver.url)
        assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
        assert receiver.bodies == []
        scrapy.environment["FINEWS_DISK_FREE_MB"] = FULL
        run = scrapy("crawl", "channel")
        assert run.status == ExitStatus.SOME_FAILED
        assert "could not send disk: response status 500" in run.log
        assert "key-in-the-path" not in run.log
        assert last_row(scrapy.data)["exit_status"] == ExitStatus.SOME_FAILED
        receiver.status = 200
        assert "FINEWS_ALARM_WEBHOOK" not in scrapy("crawl", "channel").log
        scrapy("crawl", "channel")
    assert [report["alarms"][0]["state"] for report in receiver.objects()] == ["started", "started"]


def test_ban_raises_an_alert_and_keeps_its_exit_status(scrapy: Scrapy) -> None:
    with running_origin(60, seed=3, faults=["soft-ban"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == ExitStatus.BLOCKED, run.log
    assert "alarm blocked: " in run.log


def test_changed_list_format_raises_an_alert(scrapy: Scrapy) -> None:
    with running_origin(10, seed=3, faults=["changed-shape"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel")
    assert run.status == ExitStatus.CHANGED_SHAPE, run.log
    assert "alarm changed_shape: " in run.log


def test_unread_channel_raises_an_alert_in_the_second_run(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_MARKET_URL=CLOSED_PORT)
    first = scrapy("crawl", "channel", "-a", "channels=media,market:37", "-s", "RETRY_TIMES=0")
    assert first.status == ExitStatus.SOME_FAILED
    assert "alarm" not in first.log
    assert alarms_of(scrapy.data) == ["unread:market:37", "unreachable"]
    second = scrapy("crawl", "channel", "-a", "channels=media,market:37", "-s", "RETRY_TIMES=0")
    assert "alarm unread:market:37: " in second.log
    assert "FINEWS_MARKET_URL" in second.log
    assert "unread:media" not in second.log


def test_channel_that_is_not_due_raises_no_alert(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_CHANNEL_MINUTES="market=600")
    assert scrapy("crawl", "channel").status == ExitStatus.ALL_WELL
    scrapy.environment["FINEWS_MARKET_URL"] = CLOSED_PORT
    run = scrapy("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert alarms_of(scrapy.data) == []


def test_channel_without_news_for_days_raises_an_alert(scrapy: Scrapy) -> None:
    today = clock.now().date()
    times = published(60, today - timedelta(days=80), today - timedelta(days=12), seed=1)
    held = [article(number, time, {"title": "media"}) for number, time in enumerate(times)]
    scrapy.data.mkdir()
    index_of(scrapy.data / "index.sqlite", held).close()
    with running_origin(5, seed=3, faults=["no-news"]) as origin:
        run = scrapy.at(origin.url)("crawl", "channel", "-a", "channels=rolling,media")
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert f"alarm quiet:media: nothing new from media since {times[-1]:%Y-%m-%d %H:%M}" in run.log
    assert "quiet:rolling" not in run.log  # it has no baseline yet
    assert "unread" not in run.log


def test_stopped_run_is_not_checked(scrapy: Scrapy) -> None:
    with running_origin(60, seed=3, latency_ms=300) as origin:
        started = start(scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL), "crawl", "channel")
        assert started.wait_for(lambda: origin.stats()["total"] >= 8)
        started.kill(signal.SIGTERM)
        run = started.end()
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "alarm" not in run.log


def test_signal_during_notifications_waits_for_them(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    begun, go, received = (tmp_path / name for name in ("begun", "go", "received"))
    command = f"touch {begun}; while [ ! -e {go} ]; do sleep 0.05; done; cat > {received}"
    metrics = tmp_path / "finews.prom"
    at_origin = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_ALARM_COMMAND=command)
    at_origin.environment["FINEWS_METRICS_FILE"] = str(metrics)
    started = start(at_origin, "crawl", "channel")
    assert started.wait_for(begun.exists)
    assert alarms_of(scrapy.data, "") == ["disk"], "the alert is stored before any notification"
    started.kill(signal.SIGTERM)
    assert at_origin("crawl", "channel").status == ExitStatus.LOCKED
    go.touch()
    run = started.end()
    assert run.status == ExitStatus.SOME_FAILED, run.log
    assert json.loads(received.read_bytes())["alarms"][0]["name"] == "disk"
    assert metrics.stat().st_mode & 0o777 == 0o644
    at_origin.environment["FINEWS_ALARM_COMMAND"] = f"cat > {tmp_path / 'again'}"
    assert at_origin("crawl", "channel").status == ExitStatus.SOME_FAILED
    assert not (tmp_path / "again").exists(), "it has been sent"


def test_each_notifier_is_recorded_as_soon_as_it_succeeds(
    scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    with receiving() as receiver:
        at_origin = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL, FINEWS_ALARM_WEBHOOK=receiver.url)
        at_origin.environment["FINEWS_ALARM_COMMAND"] = f"touch {begun}; sleep 50"
        started = start(at_origin, "crawl", "channel")
        store_file = scrapy.data / "cache" / "alarms.json"
        assert started.wait_for(lambda: begun.exists() and b'"webhook"' in store_file.read_bytes())
        started.kill(signal.SIGKILL)
        started.end()
        at_origin.environment["FINEWS_ALARM_COMMAND"] = ""
        assert at_origin("crawl", "channel").status == ExitStatus.SOME_FAILED
        assert len(receiver.objects()) == 1, "the webhook is not called again"


def test_healthy_run_creates_no_alert_store(scrapy: Scrapy, origin: RunningOrigin) -> None:
    run = scrapy.at(origin.url, FINEWS_ALARM_COMMAND="false")("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "alarm" not in run.log
    assert not (scrapy.data / "cache" / "alarms.json").exists()


def test_without_notifiers_alerts_are_logged_and_change_the_exit_status(scrapy: Scrapy, origin: RunningOrigin) -> None:
    scrapy = scrapy.at(origin.url, FINEWS_DISK_FREE_MB=FULL)
    for _ in range(2):
        run = scrapy("crawl", "channel", "-a", "limit=1")
        assert run.status == ExitStatus.SOME_FAILED
        assert run.log.count("alarm disk: ") == 1
    scrapy.environment["FINEWS_DISK_FREE_MB"] = "0"
    assert scrapy("crawl", "channel", "-a", "limit=1").status == ExitStatus.ALL_WELL
    assert alarms_of(scrapy.data, "") == []


def test_run_without_archive_and_notifiers_creates_no_alert_store(scrapy: Scrapy) -> None:
    run = scrapy.at(CLOSED_PORT, FINEWS_DISK_FREE_MB=FULL)("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert "alarm disk: " in run.log
    assert not (scrapy.data / "cache").exists()


def test_metrics_file_has_the_last_run_of_each_spider(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
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
    assert list(tmp_path.glob("*.prom*")) == [path]


def test_metrics_file_that_cannot_be_written_is_logged(scrapy: Scrapy, origin: RunningOrigin, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    scrapy = scrapy.at(origin.url, FINEWS_METRICS_FILE=str(closed / "finews.prom")).bound_by_permissions()
    run = scrapy("crawl", "channel")
    assert run.status == ExitStatus.ALL_WELL, run.log
    assert "FINEWS_METRICS_FILE=" in run.log
    assert "give permission" in run.log
