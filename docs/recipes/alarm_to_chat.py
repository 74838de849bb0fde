"""Posts alerts to a chat: FINEWS_ALARM_COMMAND='python3 /path/alarm_to_chat.py SERVICE FILE'.

SERVICE is slack, telegram, feishu or dingtalk. The first line of FILE is the URL of the service, the second the chat of
Telegram, or the secret with which messages to Feishu or DingTalk are signed, if the bot asks for that. Only the user of
the crawl should be able to read it. The script needs nothing but Python.
"""

import base64
import hmac
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

MOST_CHARACTERS = 4000  # Telegram takes 4096, Feishu and DingTalk 20 KB, Slack more
SECONDS = 30


def slack(url, text, _):
    """https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"""
    for character, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(character, escaped)
    return url, {"text": text}


def telegram(url, text, chat):
    """https://core.telegram.org/bots/api#sendmessage: https://api.telegram.org/botTOKEN/sendMessage"""
    return url, {"chat_id": chat, "text": text}


def feishu(url, text, secret):
    """https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"""
    body = {"msg_type": "text", "content": {"text": text}}
    if secret:
        now = f"{int(time.time())}"
        body |= {"timestamp": now, "sign": signature(key=f"{now}\n{secret}", message="")}
    return url, body


def dingtalk(url, text, secret):
    """https://open.dingtalk.com/document/orgapp/customize-robot-security-settings"""
    if secret:
        now = f"{int(time.time() * 1000)}"
        signed = {"timestamp": now, "sign": signature(key=secret, message=f"{now}\n{secret}")}
        url = f"{url}&{urllib.parse.urlencode(signed)}"
    return url, {"msgtype": "text", "text": {"content": text}}


def signature(key, message):
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), "sha256")).decode()


SERVICES = {"slack": slack, "telegram": telegram, "feishu": feishu, "dingtalk": dingtalk}
ACCEPTED = {"telegram": ("ok", True), "feishu": ("code", 0), "dingtalk": ("errcode", 0)}
"""Field and value of the response to an accepted message: Feishu and DingTalk respond with HTTP status 200 to any."""


def text_of(report):
    """Return the message for the JSON object that a notifier gets."""
    lines = [f"finews_crawler on {report['host']}, run of {report['spider']}, exit status {report['status']}:"]
    lines += [f"{alarm['name']} {alarm['state']} ({alarm['since']}): {alarm['text']}" for alarm in report["alarms"]]
    return "\n".join(lines)[:MOST_CHARACTERS]


def post(url, body):
    """Return the response. An error, such as HTTP status 400 with the reason as JSON, is one too."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url, json.dumps(body, ensure_ascii=False).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode() or f"HTTP status {error.code}"


def is_accepted(service, response):
    if service == "slack":
        return response == "ok"
    name, value = ACCEPTED[service]
    try:
        return json.loads(response).get(name) == value
    except (ValueError, AttributeError):
        return False


def main(service, file):
    try:
        url, secret = [*map(str.strip, Path(file).read_text(encoding="utf-8").splitlines()), "", ""][:2]
        if not url.startswith(("https://", "http://")):
            sys.exit(f"the first line of {file} must be a URL")
        response = post(*SERVICES[service](url, text_of(json.load(sys.stdin)), secret))
    except OSError as error:  # whose text has no URL
        sys.exit(f"not sent: {error}")
    if not is_accepted(service, response):
        sys.exit(f"not accepted: {response}")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SERVICES:
        sys.exit(f"usage: alarm_to_chat.py {'|'.join(SERVICES)} FILE")
    main(*sys.argv[1:])
