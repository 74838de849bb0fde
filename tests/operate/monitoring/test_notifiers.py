"""Each way to tell, by itself: what is sent, and what is said when it cannot be."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.config.alerting import AlertConfig
from finews_crawler.exceptions import NotificationError, ProcessFailed
from finews_crawler.operate.monitoring import notifiers as actions
from finews_crawler.operate.monitoring.alerts import Alert, AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun
from finews_crawler.operate.monitoring.notifiers import configured_notifiers, run_process
from finews_crawler.utils.timezone import BEIJING
from tests.support.alert_receivers import Mailbox, receiving

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
RUN = ReportedRun("web1", 812, "channel", NOON, NOON + timedelta(seconds=70), 3, {"found": 600, "new": 480})
TOLD = [
    Notification(Alert("quiet:media", "nothing new from media：媒体没有消息", NOON), AlertState.STARTED),
    Notification(Alert("disk", "4 MB are left", NOON), AlertState.OVER),
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
        {"name": "disk", "text": "4 MB are left", "state": "over", "since": "2026-09-08T12:00:00+08:00"},
    ],
}


def tell(options: AlertConfig) -> None:
    (action,) = configured_notifiers(options)
    asyncio.run(action.tell(RUN, TOLD))  # type: ignore[arg-type]


def why_not(options: AlertConfig) -> str:
    with pytest.raises(NotificationError) as caught:
        tell(options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_webhook_gets_one_json_object() -> None:
    with receiving() as receiver:
        receiver.status = 204
        tell(AlertConfig(webhook=receiver.url))
    assert receiver.objects() == [REPORT]
    assert receiver.headers[0]["content-type"] == "application/json"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_answers_anything_else_was_not_told(status: int) -> None:
    with receiving() as receiver:
        receiver.status = status
        assert f"answered {status}" in why_not(AlertConfig(webhook=receiver.url))
    assert len(receiver.bodies) == 1


def test_a_webhook_that_takes_its_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "WEBHOOK_SECONDS", 0.2)
    with receiving() as receiver:
        receiver.seconds = 1.5
        began = time.monotonic()
        assert "no answer within 0.2 s" in why_not(AlertConfig(webhook=receiver.url))
        assert time.monotonic() - began < 1.2


def test_a_webhook_that_is_not_there_is_told_of() -> None:
    assert "see that its address is right" in why_not(AlertConfig(webhook="http://127.0.0.1:1/"))


def test_ten_seconds_and_a_minute_are_the_limits() -> None:
    assert (actions.WEBHOOK_SECONDS, actions.PROCESS_SECONDS) == (10, 60)


def test_a_command_gets_the_same_on_its_standard_input(tmp_path: Path) -> None:
    tell(AlertConfig(command=f"cat > {tmp_path}/got && echo done"))
    assert json.loads((tmp_path / "got").read_text(encoding="utf-8")) == REPORT


def test_a_command_that_does_not_read_is_none_the_worse() -> None:
    tell(AlertConfig(command="true"))


def test_a_command_that_fails_says_why() -> None:
    assert "status 3 (no such queue)" in why_not(AlertConfig(command="echo 'no such queue' >&2; exit 3"))
    assert "status 127 (" in why_not(AlertConfig(command="no-such-command-here"))


def test_a_command_that_hangs_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    command = ("/bin/sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; sleep 60")
    with pytest.raises(ProcessFailed, match=r"not done after 0\.5 s, and killed"):
        asyncio.run(run_process(command, b"", 0.5))
    pid = int((tmp_path / "pid").read_text())
    wait_for_end(pid)


def wait_for_end(pid: int) -> None:
    """Its new parent may take a moment to see it."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z"):
                return
        except OSError:
            return
        time.sleep(0.05)
    os.kill(pid, 9)
    raise AssertionError("what the command started is still there")


def test_what_a_command_leaves_behind_is_not_waited_for(tmp_path: Path) -> None:
    began = time.monotonic()
    tell(AlertConfig(command=f"sleep 5 & echo $! > {tmp_path}/pid"))
    assert time.monotonic() - began < 4
    os.kill(int((tmp_path / "pid").read_text()), 9)


def test_a_mail_is_plain_text_with_host_and_alarms_in_its_subject(tmp_path: Path) -> None:
    mailbox = Mailbox.in_folder(tmp_path / "mail")
    tell(AlertConfig(mail="news@example.org", sendmail=str(mailbox.program)))
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


def test_a_mail_that_nobody_takes_is_told_of(tmp_path: Path) -> None:
    missing = why_not(AlertConfig(mail="root", sendmail=f"{tmp_path}/sendmail"))
    assert missing.startswith(f"there is no {tmp_path}/sendmail: ")
    assert "FINEWS_SENDMAIL" in missing
    refusing = tmp_path / "refusing"
    refusing.write_text("#!/bin/sh\necho 'postdrop: warning: no room' >&2\nexit 75\n")
    assert "Permission denied" in why_not(AlertConfig(mail="root", sendmail=str(refusing)))
    refusing.chmod(0o755)
    assert "status 75 (postdrop: warning: no room)" in why_not(AlertConfig(mail="root", sendmail=str(refusing)))
