"""Each notifier alone: the content it sends, and the reason when it fails."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.config.model import AlertConfig
from finews_crawler.exceptions import NotificationError, ProcessFailed
from finews_crawler.operate.monitoring import notifiers
from finews_crawler.operate.monitoring.alerts import Alert, AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.operate.monitoring.notifiers import configured_notifiers, run_process
from finews_crawler.utils.timezone import BEIJING
from tests.support.alert_receivers import Mailbox, receiving

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
RUN = ReportedRun("web1", 812, "channel", NOON, NOON + timedelta(seconds=70), 3, {"found": 600, "new": 480})
NOTIFICATIONS = [
    Notification(Alert("quiet:media", "nothing new from media：媒体没有消息", NOON), AlertState.FIRING),
    Notification(Alert("disk", "4 MB free", NOON), AlertState.RESOLVED),
]
REPORT = {
    "host": "web1",
    "run": 812,
    "spider": "channel",
    "started_at": "2026-09-08T12:00:00+08:00",
    "ended_at": "2026-09-08T12:01:10+08:00",
    "status": 3,
    "counts": {"found": 600, "new": 480},
    "alarms": [
        {
            "name": "quiet:media",
            "text": "nothing new from media：媒体没有消息",
            "state": "started",
            "since": "2026-09-08T12:00:00+08:00",
        },
        {"name": "disk", "text": "4 MB free", "state": "over", "since": "2026-09-08T12:00:00+08:00"},
    ],
}


def send(config: AlertConfig) -> None:
    (notifier,) = configured_notifiers(config)
    asyncio.run(notifier.send(RUN, NOTIFICATIONS))


def reason_of(config: AlertConfig) -> str:
    with pytest.raises(NotificationError) as caught:
        send(config)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_webhook_receives_one_json_object() -> None:
    with receiving() as receiver:
        receiver.status = 204
        send(AlertConfig(alarm_webhook=receiver.url))
    assert receiver.objects() == [REPORT]
    assert receiver.headers[0]["content-type"] == "application/json"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_webhook_fails_on_any_status_but_2xx(status: int) -> None:
    with receiving() as receiver:
        receiver.status = status
        assert f"status {status}" in reason_of(AlertConfig(alarm_webhook=receiver.url))
    assert len(receiver.bodies) == 1


def test_webhook_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifiers, "WEBHOOK_SECONDS", 0.2)
    with receiving() as receiver:
        receiver.seconds = 600
        began = time.monotonic()
        assert "within 0.2 s" in reason_of(AlertConfig(alarm_webhook=receiver.url))
        assert time.monotonic() - began < receiver.seconds / 2, "the response was waited for"


def test_webhook_that_refuses_the_connection_fails() -> None:
    assert "check its URL" in reason_of(AlertConfig(alarm_webhook="http://127.0.0.1:1/"))


def test_limits_are_ten_seconds_and_a_minute() -> None:
    assert (notifiers.WEBHOOK_SECONDS, notifiers.PROCESS_SECONDS) == (10, 60)


def test_command_receives_the_same_json_on_standard_input(tmp_path: Path) -> None:
    send(AlertConfig(alarm_command=f"cat > {tmp_path}/got && echo done"))
    assert json.loads((tmp_path / "got").read_text(encoding="utf-8")) == REPORT


def test_command_need_not_read_its_input(tmp_path: Path) -> None:
    send(AlertConfig(alarm_command=f"exec <&-; touch {tmp_path}/ran"))
    assert (tmp_path / "ran").exists()


def test_standard_error_of_a_failed_command_is_in_the_reason(tmp_path: Path) -> None:
    (tmp_path / "notify").write_text('echo "no such queue: $1" >&2; exit 3', encoding="utf-8")
    reason = reason_of(AlertConfig(alarm_command=f"sh {tmp_path}/notify token"))
    assert "status 3 (no such queue: …)" in reason
    assert "status 127 (" in reason_of(AlertConfig(alarm_command="no-such-command-here"))


def test_run_process_kills_the_process_group_after_the_timeout(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    command = ("/bin/sh", "-c", f"sleep 600 & echo $! > {pid}; sleep 600")
    for seconds in (0.5, 5, 50):
        with pytest.raises(ProcessFailed, match=rf"after {seconds:g} s"):
            asyncio.run(run_process(command, b"", seconds))
        if pid.exists() and pid.read_text():
            break  # else a busy machine had not begun it
    wait_for_end(int(pid.read_text()))


def wait_for_end(pid: int) -> None:
    """Wait until init has reaped the process."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z"):
                return
        except OSError:
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    raise AssertionError("the background process is still running")


def test_command_is_not_waited_for_beyond_its_own_process(tmp_path: Path) -> None:
    began = time.monotonic()
    send(AlertConfig(alarm_command=f"sleep 600 & echo $! > {tmp_path}/pid"))
    assert time.monotonic() - began < 300
    os.kill(int((tmp_path / "pid").read_text()), 9)  # it is still running


def test_mail_is_plain_text_with_host_and_alerts_in_its_subject(tmp_path: Path) -> None:
    mailbox = Mailbox.in_folder(tmp_path / "mail")
    send(AlertConfig(alarm_mail="news@example.org", sendmail=str(mailbox.program)))
    (mail,) = mailbox.mails()
    assert mailbox.arguments == ["-t -i"]
    assert mail["To"] == "news@example.org"
    assert mail["Subject"] == "finews_crawler on web1: quiet:media; over: disk"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"
    text = mail.get_content()
    assert "quiet:media started, since 2026-09-08 12:00:00 +0800\n  nothing new from media：媒体没有消息\n" in text
    assert "disk over, since" in text
    assert "Run 812 of channel on web1" in text
    assert "with status 3:\n  found 600, new 480\n" in text


def test_mail_fails_without_sendmail_and_when_sendmail_fails(tmp_path: Path) -> None:
    missing = reason_of(AlertConfig(alarm_mail="root", sendmail=f"{tmp_path}/sendmail"))
    assert missing.startswith(f"{tmp_path}/sendmail ")
    assert "FINEWS_SENDMAIL" in missing
    refusing = tmp_path / "refusing"
    refusing.write_text("#!/bin/sh\necho 'postdrop: warning: no room' >&2\nexit 75\n")
    assert "Permission denied" in reason_of(AlertConfig(alarm_mail="root", sendmail=str(refusing)))
    refusing.chmod(0o755)
    assert "status 75 (postdrop: warning: no room)" in reason_of(AlertConfig(alarm_mail="root", sendmail=str(refusing)))
