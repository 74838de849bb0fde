"""``cache/alarms.json`` keeps the alerts between runs, and a damaged or unwritable file is logged."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.operate.monitoring.alert_store import AlertStore
from finews_crawler.operate.monitoring.alerts import Alert
from finews_crawler.utils.timezone import BEIJING

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)


def test_stored_alerts_are_read_back(tmp_path: Path) -> None:
    store = AlertStore(DataDirectory(tmp_path))
    assert store.read() == {}
    store.write({"channel": {}, "": {}})
    assert not store.path.exists()  # a healthy run creates no file
    alert = Alert("quiet:media", "自 12:00 起", NOON, 3, {"mail": NOON}, NOON + timedelta(minutes=30))
    alerts = {
        "channel": {alert.name: alert},
        "": {"disk": replace(alert, name="disk", notified_at={}, resolved_at=None)},
    }
    store.write(alerts)
    assert store.read() == alerts
    store.write({"channel": {}})
    assert store.read() == {}


def test_keys_of_the_file_are_those_of_earlier_versions(tmp_path: Path) -> None:
    store = AlertStore(DataDirectory(tmp_path))
    store.write({"channel": {"slow": Alert("slow", "9 s", NOON, 2, {"mail": NOON}, NOON)}})
    noon = NOON.isoformat()
    expected = {"name": "slow", "text": "9 s", "since": noon, "runs": 2, "told": {"mail": noon}, "over_at": noon}
    assert json.loads(store.path.read_bytes()) == {"channel": [expected]}


BROKEN = [
    b"",
    b"[]",
    b"{",
    b'{"channel": [1]}',
    b'{"channel": 1}',
    b'{"channel": [{"told": {}}]}',
    b'{"channel": [{"name": "slow", "text": "9 s", "runs": 1, "told": {}, "since": "2026-09-08"}]}',
    b'{"": [{"name": "slow", "text": "9 s", "runs": 1, "told": {"mail": 1}, "since": "2026-09-08T12:00:00+08:00"}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", BROKEN, ids=range(len(BROKEN)))
def test_damaged_file_is_logged_and_read_as_no_alerts(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    store = AlertStore(DataDirectory(tmp_path))
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    assert store.read() == {}
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(store.path) in caplog.text


def test_file_that_cannot_be_written_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "cache").write_bytes(b"a file where a folder belongs")
    AlertStore(DataDirectory(tmp_path)).write({"channel": {"slow": Alert("slow", "9 s", NOON)}})
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "alarms.json" in caplog.text
