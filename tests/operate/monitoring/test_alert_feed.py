"""The Atom feed of alerts: valid, bounded, and the same however often a run repeats a notification."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import feedparser
import pytest
from lxml import etree

from finews_crawler.config.model import AlertConfig
from finews_crawler.exceptions import NotificationError
from finews_crawler.operate.monitoring.alert_feed import MOST_CHARACTERS, MOST_ENTRIES
from finews_crawler.operate.monitoring.alerts import Alert, AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.operate.monitoring.notifiers import configured_notifiers
from finews_crawler.utils.timezone import BEIJING
from tests.support.scrapy_command import Scrapy

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
RUN = ReportedRun("web1", 812, "channel", NOON, NOON + timedelta(seconds=70), 3, {"found": 600, "new": 480})
DISK = Alert("disk", "4 MB free, 少于 <500> MB & less: free some space", NOON)
QUIET = Alert("quiet:media", "nothing new from media", NOON)
ATOM = "{http://www.w3.org/2005/Atom}"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "alarms.atom"


def send(path: Path, notifications: Sequence[tuple[Alert, AlertState]], run: ReportedRun = RUN) -> None:
    (notifier,) = configured_notifiers(AlertConfig(alarm_feed_file=path))
    asyncio.run(notifier.send(run, [Notification(*one) for one in notifications]))


def titles(path: Path) -> list[str]:
    parsed = feedparser.parse(path.read_bytes())
    assert not parsed.bozo, parsed.get("bozo_exception")
    return [entry.title for entry in parsed.entries]


def assert_follows_rfc_4287(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.iterfind(f"{ATOM}entry")):  # 4.1.1 and 4.1.2
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
    for time in (*root.iter(f"{ATOM}updated"), *root.iter(f"{ATOM}published")):  # 3.3
        assert RFC_3339.fullmatch(time.text)
    identifiers = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(identifiers)) == len(identifiers)
    for identifier in identifiers:  # 4.2.6
        assert UUID(identifier.removeprefix("urn:uuid:")).urn == identifier
    for element in (root, *root.iterfind(f"{ATOM}entry")):  # 4.1.1: one would do, but not for every reader
        assert element.findtext(f"{ATOM}author/{ATOM}name")
    (link,) = root.findall(f"{ATOM}link")
    assert dict(link.attrib) == {"rel": "self", "type": "application/atom+xml", "href": path.name}
    for entry in root.iterfind(f"{ATOM}entry"):  # 4.1.2: or else, a link with the relation alternate
        assert entry.find(f"{ATOM}content").get("type") == "text"


def test_feed_is_there_before_the_first_alert(path: Path) -> None:
    send(path, [])
    assert_follows_rfc_4287(path)
    assert titles(path) == []
    assert path.stat().st_mode & 0o777 == 0o644  # a web server is another user


def test_feed_has_an_entry_for_the_start_and_for_the_end_of_an_alert(path: Path) -> None:
    send(path, [(DISK, AlertState.FIRING)])
    later = RUN._replace(number=813, ended_at=RUN.ended_at + timedelta(hours=1))
    send(path, [(DISK, AlertState.RESOLVED), (QUIET, AlertState.FIRING)], later)
    assert_follows_rfc_4287(path)
    assert sorted(titles(path)[:2]) == ["disk over", "quiet:media started"]
    parsed = feedparser.parse(path.read_bytes())
    last = parsed.entries[-1]
    assert (last.title, last.updated) == ("disk started", "2026-09-08T12:01:10+08:00")
    assert last.content[0].value == f"{DISK.text}\nRun 812 of channel on web1; since 2026-09-08T12:00:00+08:00"
    assert [tag.term for tag in last.tags] == ["disk", "started"]
    assert parsed.feed.updated == "2026-09-08T13:01:10+08:00"
    assert parsed.feed.title == "Alarms of finews_crawler on web1"


def test_ids_stay_the_same_and_a_repeated_notification_adds_nothing(path: Path) -> None:
    send(path, [(DISK, AlertState.FIRING)])
    first = path.read_bytes()
    send(path, [(DISK, AlertState.FIRING)])
    assert path.read_bytes() == first
    send(path, [(DISK, AlertState.REPEATED)], RUN._replace(ended_at=RUN.ended_at + timedelta(days=1)))
    assert path.read_bytes() == first
    ids = re.findall(rb"urn:uuid:[0-9a-f-]+", first)
    send(path, [(replace(DISK, since=NOON + timedelta(days=2)), AlertState.FIRING)])
    again = re.findall(rb"urn:uuid:[0-9a-f-]+", path.read_bytes())
    assert set(ids) < set(again)
    assert len(again) == 3


def test_the_newest_hundred_entries_remain_and_texts_are_cut(path: Path) -> None:
    alerts = [
        Alert(f"unread:{number}", "x" * 2 * MOST_CHARACTERS, NOON + timedelta(days=number)) for number in range(130)
    ]
    for start in range(0, 130, 65):
        run = RUN._replace(ended_at=NOON + timedelta(days=start))
        send(path, [(alert, AlertState.FIRING) for alert in alerts[start : start + 65]], run)
    assert len(titles(path)) == MOST_ENTRIES
    assert set(titles(path)[:65]) == {f"unread:{number} started" for number in range(65, 130)}
    assert path.stat().st_size < MOST_ENTRIES * (MOST_CHARACTERS + 1000)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"notes",
        b"<feed><entry>",
        b'<feed xmlns="http://www.w3.org/2005/Atom"><generator>blog</generator></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><generator>finews_crawler</generator><id>tag:x</id></feed>',
        b'<feed xmlns="http://www.w3.org/2005/Atom"><generator>finews_crawler</generator><entry/></feed>',
    ],
)
def test_a_file_that_is_no_such_feed_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotificationError, match="not a feed of alarms: move it away"):
        send(path, [(DISK, AlertState.FIRING)])
    assert path.read_bytes() == content


def test_a_feed_that_cannot_be_read_is_reported(path: Path) -> None:
    path.mkdir()
    with pytest.raises(NotificationError, match="Is a directory"):
        send(path, [(DISK, AlertState.FIRING)])


def test_a_crawl_writes_the_feed(scrapy: Scrapy, path: Path) -> None:
    closed = "http://127.0.0.1:1"
    scrapy = scrapy.at(closed, FINEWS_ALARM_FEED_FILE=str(path))
    limit = {"FINEWS_DISK_FREE_MB": "999999999"}
    run = scrapy("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert titles(path) == [], run.log
    scrapy.environment |= limit
    scrapy("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert "disk started" in titles(path)
    scrapy.environment["FINEWS_DISK_FREE_MB"] = "0"
    scrapy("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert titles(path)[0] == "disk over"
    assert_follows_rfc_4287(path)
    path.write_text("notes", encoding="utf-8")
    scrapy.environment |= limit
    run = scrapy("crawl", "channel", "-s", "RETRY_TIMES=0")
    assert f"FINEWS_ALARM_FEED_FILE={path} could not send disk: it is not a feed of alarms: move it away" in run.log
