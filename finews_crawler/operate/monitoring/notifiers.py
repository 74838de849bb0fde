"""Notifiers: mail, webhook, command, feed. Each fails independently of the others, with the reason in one line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Collection, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from finews_crawler.config.model import AlertConfig
from finews_crawler.config.secrets import program_of, words_of
from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.exceptions import NotificationError, ProcessFailed
from finews_crawler.operate.monitoring.alerts import AlertState, Notification
from finews_crawler.operate.monitoring.notification import ReportedRun, as_json, as_mail
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.redaction import redacted

MAX_CHARACTERS = 200
MAX_STDERR_BYTES = 4096


async def run_process(command: Sequence[str], content: bytes, seconds: float, secrets: Collection[str] = ()) -> None:
    """Run *command* with *content* on its standard input. Raises ProcessFailed, or OSError when it cannot be started.

    Input and standard error are files in memory: temporary files would fail for an alert about a full disk, and a pipe
    stays open as long as a background process of *command* holds it. *secrets*: words that an error must not repeat.
    """
    with open(os.memfd_create("stdin"), "w+b") as stdin, open(os.memfd_create("stderr"), "w+b") as stderr:  # noqa: PTH123
        stdin.write(content)
        stdin.seek(0)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=stdin, stdout=asyncio.subprocess.DEVNULL, stderr=stderr, start_new_session=True
        )
        try:
            status = await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError as error:
            raise ProcessFailed(f"killed after {seconds:g} s without an end") from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):  # it has just ended
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if status:
            stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - MAX_STDERR_BYTES))
            raise ProcessFailed(f"exit status {status}{redacted(last_line_of(stderr.read()), secrets)}")


def last_line_of(stderr: bytes) -> str:
    r"""Return the last line in parentheses, '' for empty output.

    >>> last_line_of(b"postdrop: warning\nsendmail: fatal: no route\n"), last_line_of(b"")
    (' (sendmail: fatal: no route)', '')
    """
    lines = [line for line in map(one_line, decode_bytes(stderr).splitlines()) if line]
    return f" ({lines[-1][:MAX_CHARACTERS]})" if lines else ""


WEBHOOK_SECONDS = 10
PROCESS_SECONDS = 60
FOREIGN_FEED = "is not a feed of alarms: move it away, or set FINEWS_ALARM_FEED_FILE to another file"
NO_SENDMAIL = "install a mail server such as msmtp-mta, or set FINEWS_SENDMAIL"
Send = Callable[[ReportedRun, Sequence[Notification]], Coroutine[Any, Any, None]]


class Notifier(NamedTuple):
    """One way to send notifications."""

    name: str
    """Key in ``cache/alarms.json``."""
    setting: str
    """The setting and its value, for the log; a secret is cut off."""
    send: Send
    """Raises NotificationError."""
    in_each_run: bool = False
    """True if it is called without notifications too."""


def configured_notifiers(config: AlertConfig) -> list[Notifier]:
    """Return the notifiers whose setting is set.

    >>> [notifier.name for notifier in configured_notifiers(AlertConfig(alarm_mail="root", alarm_command="logger"))]
    ['mail', 'command']
    """
    mail, url, command = config.alarm_mail, config.alarm_webhook, config.alarm_command
    feed = config.alarm_feed_file
    notifiers = (
        (mail, Notifier("mail", f"FINEWS_ALARM_MAIL={mail}", partial(send_mail, config))),
        (url, Notifier("webhook", f"FINEWS_ALARM_WEBHOOK={origin_of(url)}", partial(post_to_webhook, url))),
        (command, Notifier("command", f"FINEWS_ALARM_COMMAND={program_of(command)} …", partial(run_command, command))),
        (feed, Notifier("feed", f"FINEWS_ALARM_FEED_FILE={feed}", partial(write_to_feed, Path(feed or "")), True)),
    )
    return [notifier for value, notifier in notifiers if value]


def origin_of(url: str) -> str:
    """Return scheme, host and port of a webhook: user, path and query are secret, chats have their key in the path.

    >>> origin_of("https://user:pass@hooks.example.org:8443/services/T0/B0/secret?key=1")
    'https://hooks.example.org:8443/…'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


async def send_mail(config: AlertConfig, run: ReportedRun, notifications: Sequence[Notification]) -> None:
    """Pipe a mail into the local ``sendmail``.

    ``-t`` takes the recipient from the mail, ``-i`` ignores lines with a single dot.
    """
    command = (config.sendmail, "-t", "-i")
    try:
        await run_process(command, as_mail(run, notifications, config.alarm_mail), PROCESS_SECONDS)
    except FileNotFoundError as error:
        raise NotificationError(f"{config.sendmail} does not exist: {NO_SENDMAIL}") from error
    except (OSError, ProcessFailed) as error:
        raise NotificationError(f"{config.sendmail}: {error}: check that this machine can send mail") from error


async def run_command(command: str, run: ReportedRun, notifications: Sequence[Notification]) -> None:
    """Run a shell command with the JSON object on its standard input."""
    try:
        await run_process(("/bin/sh", "-c", command), as_json(run, notifications), PROCESS_SECONDS, words_of(command))
    except (OSError, ProcessFailed) as error:
        raise NotificationError(f"{error}: try the command by hand, with {{}} on its standard input") from error


async def post_to_webhook(url: str, run: ReportedRun, notifications: Sequence[Notification]) -> None:
    """Post the JSON object. A redirect is an error: following it would turn POST into GET."""
    import aiohttp  # its import takes long, and most runs send nothing

    timeout = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
    headers = {"Content-Type": "application/json"}
    data = as_json(run, notifications)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.post(url, data=data, headers=headers, allow_redirects=False) as response,
        ):
            status = response.status
    except TimeoutError as error:
        raise NotificationError(f"no response within {WEBHOOK_SECONDS} s: check that it is up") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise NotificationError(f"{type(error).__name__}: check its URL, and that it is up") from error
    if not 200 <= status < 300:
        raise NotificationError(f"response status {status}: check its URL, and the format that it expects")


async def write_to_feed(path: Path, run: ReportedRun, notifications: Sequence[Notification]) -> None:
    """Add the alerts that fire or are resolved to the Atom feed, which is created without any."""
    new = [one for one in notifications if one.state is not AlertState.REPEATED]
    try:
        if new or not path.exists():
            from finews_crawler.operate.monitoring.alert_feed import update_feed  # most runs write nothing

            update_feed(path, run, new)
    except ValueError as error:
        raise NotificationError(f"it {FOREIGN_FEED}") from error
    except OSError as error:
        raise NotificationError(f"{error}: {hint_for(error)}") from error
