"""docs/recipes/alarm_to_chat.py, as the documented command runs it, against the documented format of each service."""

from __future__ import annotations

import asyncio
import base64
import hmac
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from finews_crawler.config.model import AlertConfig
from finews_crawler.exceptions import NotificationError
from finews_crawler.operate.monitoring.alerts import Alert, AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun, as_json
from finews_crawler.operate.monitoring.notifiers import configured_notifiers
from finews_crawler.utils.timezone import BEIJING
from tests.support.alert_receivers import Receiver, receiving
from tests.support.paths import ROOT

NOON = datetime(2026, 9, 8, 12, tzinfo=BEIJING)
RUN = ReportedRun("web1", 812, "channel", NOON, NOON, 3, {"found": 600})
ALERT = Alert("quiet:media", "nothing new <媒体> & more", NOON)
TEXT = """finews_crawler on web1, run of channel, exit status 3:
quiet:media started (2026-09-08T12:00:00+08:00): nothing new <媒体> & more"""
SECRET = "SEC0123456789"
REPORT = as_json(RUN, [Notification(ALERT, AlertState.FIRING)]).decode()
ACCEPTED = {
    "slack": b"ok",
    "telegram": b'{"ok": true, "result": {"message_id": 42}}',
    "feishu": b'{"code": 0, "msg": "success", "data": {}}',
    "dingtalk": b'{"errcode": 0, "errmsg": "ok"}',
}
PATHS = {
    "slack": "services/T0/B0/key",
    "telegram": "bot123:key/sendMessage",
    "feishu": "open-apis/bot/v2/hook/key",
    "dingtalk": "robot/send?access_token=key",
}


def notify(receiver: Receiver, service: str, folder: Path, second: str = "", alert: Alert = ALERT) -> None:
    """Send an alert by the command of the documentation."""
    host = receiver.url.partition("/hooks")[0]
    file = folder / "service"
    file.write_text(f"{host}/{PATHS[service]}\n{second}\n", encoding="utf-8")
    command = f"python3 {ROOT}/docs/recipes/alarm_to_chat.py {service} {file}"
    (notifier,) = configured_notifiers(AlertConfig(alarm_command=command))
    asyncio.run(notifier.send(RUN, [Notification(alert, AlertState.FIRING)]))


def hmac_sha256(key: str, message: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), "sha256")).decode()


@pytest.mark.parametrize(
    ("service", "second", "body"),
    [
        # https://docs.slack.dev/messaging/formatting-message-text: these three characters are escaped
        ("slack", "", {"text": TEXT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}),
        # https://core.telegram.org/bots/api#sendmessage: without parse_mode, the text is plain
        ("telegram", "-1001", {"chat_id": "-1001", "text": TEXT}),
        # https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
        ("feishu", "", {"msg_type": "text", "content": {"text": TEXT}}),
        # https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
        ("dingtalk", "", {"msgtype": "text", "text": {"content": TEXT}}),
    ],
)
def test_each_service_gets_its_own_format(tmp_path: Path, service: str, second: str, body: dict[str, object]) -> None:
    with receiving() as receiver:
        receiver.response = ACCEPTED[service]
        notify(receiver, service, tmp_path, second)
    assert receiver.objects() == [body]
    assert receiver.paths == [f"/{PATHS[service]}"]
    assert receiver.headers[0]["content-type"] == "application/json; charset=utf-8"


def test_feishu_gets_a_signature(tmp_path: Path) -> None:
    """The key is the time in seconds, a line break and the secret; the message is empty."""
    with receiving() as receiver:
        receiver.response = ACCEPTED["feishu"]
        notify(receiver, "feishu", tmp_path, SECRET)
    (body,) = receiver.objects()
    assert abs(int(body["timestamp"]) - time.time()) < 3600
    assert body["sign"] == hmac_sha256(f"{body['timestamp']}\n{SECRET}", "")


def test_dingtalk_gets_a_signature(tmp_path: Path) -> None:
    """The key is the secret; the message is the time in milliseconds, a line break and the secret."""
    with receiving() as receiver:
        receiver.response = ACCEPTED["dingtalk"]
        notify(receiver, "dingtalk", tmp_path, SECRET)
    query = {name: value for name, (value,) in parse_qs(urlsplit(receiver.paths[0]).query).items()}
    assert query["access_token"] == "key"
    assert abs(int(query["timestamp"]) / 1000 - time.time()) < 3600
    assert query["sign"] == hmac_sha256(SECRET, f"{query['timestamp']}\n{SECRET}")


@pytest.mark.parametrize(
    ("service", "status", "response", "reason"),
    [
        ("slack", 404, b"no_service", "no_service"),
        ("telegram", 400, b'{"ok": false, "description": "chat not found"}', "chat not found"),
        ("feishu", 200, b'{"code": 19021, "msg": "sign match fail"}', "sign match fail"),
        ("dingtalk", 200, b'{"errcode": 310000, "errmsg": "keywords not in content"}', "keywords not in content"),
        ("dingtalk", 502, b"", "HTTP status 502"),
        ("feishu", 200, b"<html>", "<html>"),
    ],
)
def test_a_refused_message_is_a_failed_notification(
    tmp_path: Path, service: str, status: int, response: bytes, reason: str
) -> None:
    with receiving() as receiver, pytest.raises(NotificationError) as caught:
        receiver.status, receiver.response = status, response
        notify(receiver, service, tmp_path, SECRET)
    assert reason in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_service_that_is_down_is_a_failed_notification_without_secrets(tmp_path: Path) -> None:
    with pytest.raises(NotificationError, match="Connection refused") as caught:
        notify(Receiver("http://127.0.0.1:1/hooks"), "telegram", tmp_path)
    assert "key" not in str(caught.value)


def test_a_long_message_is_cut_to_what_each_service_takes(tmp_path: Path) -> None:
    with receiving() as receiver:
        receiver.response = ACCEPTED["telegram"]
        notify(receiver, "telegram", tmp_path, "1", Alert("disk", "满" * 9000, NOON))
    assert len(receiver.objects()[0]["text"]) <= 4096
    assert len(receiver.bodies[0]) < 20_000


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("wechat FILE", "usage: alarm_to_chat.py slack|telegram|feishu|dingtalk FILE"),
        ("slack", "usage: alarm_to_chat.py"),
        ("slack missing", "No such file or directory"),
        ("slack FILE", "must be a URL"),
    ],
)
def test_wrong_arguments_are_one_line(tmp_path: Path, arguments: str, reason: str) -> None:
    (tmp_path / "FILE").write_text(f"{SECRET}\n", encoding="utf-8")
    command = [sys.executable, f"{ROOT}/docs/recipes/alarm_to_chat.py", *arguments.split()]
    done = subprocess.run(command, cwd=tmp_path, input=REPORT, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert reason in done.stderr
    assert SECRET not in done.stderr
