"""How alarms are told: by mail, to a webhook, to a command. Each fails by itself, and says why in one line."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from finews_crawler.config.alerting import AlertConfig
from finews_crawler.content.decoding import decode_bytes, one_line
from finews_crawler.exceptions import NotificationError, ProcessFailed
from finews_crawler.operate.monitoring.alerts import Notification
from finews_crawler.operate.monitoring.notification import ReportedRun, as_json, as_mail

LONGEST_WORDS = 200
LAST_BYTES = 4096
"""So much of what it said is looked at."""


async def run_process(command: Sequence[str], content: bytes, seconds: float) -> None:
    """Run *command* with *content* on its standard input. Raises ProcessFailed, or OSError where it cannot begin.

    In memory, not in files: an alarm of a full disk is to get out, too. Nor in pipes, which a program may hold open
    that *command* leaves behind.
    """
    with open(os.memfd_create("stdin"), "w+b") as given, open(os.memfd_create("stderr"), "w+b") as said:  # noqa: PTH123
        given.write(content)
        given.seek(0)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=given, stdout=asyncio.subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        try:
            status = await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError as error:
            raise ProcessFailed(f"not done after {seconds:g} s, and killed") from error
        finally:
            await kill(process)
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_BYTES))
            raise ProcessFailed(f"it ended with status {status}{last_words(said.read())}")


async def kill(process: asyncio.subprocess.Process) -> None:
    """End a process that is not done, and what it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def last_words(said: bytes) -> str:
    r"""The last line of what a program said, in brackets.

    >>> last_words(b"postdrop: warning\nsendmail: fatal: no route\n"), last_words(b"")
    (' (sendmail: fatal: no route)', '')
    """
    lines = [line for line in map(one_line, decode_bytes(said).splitlines()) if line]
    return f" ({lines[-1][:LONGEST_WORDS]})" if lines else ""


WEBHOOK_SECONDS = 10
PROCESS_SECONDS = 60
NO_SENDMAIL = "install a mail server such as msmtp-mta, or set FINEWS_SENDMAIL"
Notify = Callable[[ReportedRun, Sequence[Notification]], Awaitable[None]]


class Notifier(NamedTuple):
    """One way to tell."""

    name: str
    """In ``cache/alarms.json``."""
    setting: str
    """As the log names it."""
    tell: Notify
    """Raises NotificationError."""


def configured_notifiers(options: AlertConfig) -> list[Notifier]:
    """The actions that are set.

    >>> [action.name for action in configured_notifiers(AlertConfig(mail="root", command="logger -t finews"))]
    ['mail', 'command']
    """
    actions = (
        Notifier("mail", f"FINEWS_ALARM_MAIL={options.mail}", mailing(options)),
        Notifier("webhook", f"FINEWS_ALARM_WEBHOOK={site_of(options.webhook)}", posting(options.webhook)),
        Notifier("command", f"FINEWS_ALARM_COMMAND={options.command}", running(options.command)),
    )
    is_set = (options.mail, options.webhook, options.command)
    return [action for action, value in zip(actions, is_set, strict=True) if value]


def site_of(address: str) -> str:
    """A webhook's address without what only its owner should know: chats have their key in the path.

    >>> site_of("https://user:pass@hooks.example.org:8443/services/T0/B0/secret?key=1")
    'https://hooks.example.org:8443/…'
    """
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"


def mailing(options: AlertConfig) -> Notify:
    """To the local ``sendmail``, which takes the recipient from the mail and is not ended by a line with a dot."""

    async def tell(run: ReportedRun, told: Sequence[Notification]) -> None:
        command = (options.sendmail, "-t", "-i")
        try:
            await run_process(command, as_mail(run, told, options.mail), PROCESS_SECONDS)
        except FileNotFoundError as error:
            raise NotificationError(f"there is no {options.sendmail}: {NO_SENDMAIL}") from error
        except (OSError, ProcessFailed) as error:
            raise NotificationError(f"{options.sendmail}: {error}: see that this machine can send mail") from error

    return tell


def running(command: str) -> Notify:
    """To a shell command, as JSON on its standard input."""

    async def tell(run: ReportedRun, told: Sequence[Notification]) -> None:
        try:
            await run_process(("/bin/sh", "-c", command), as_json(run, told), PROCESS_SECONDS)
        except (OSError, ProcessFailed) as error:
            raise NotificationError(f"{error}: try the command by hand, with {{}} on its standard input") from error

    return tell


def posting(address: str) -> Notify:
    """To a webhook, as the body of a POST. A redirect is none of its answers: it would not be posted to."""

    async def tell(run: ReportedRun, told: Sequence[Notification]) -> None:
        import aiohttp  # noqa: PLC0415 (a run without an alarm need not wait for it)

        limit = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
        headers = {"Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
                session.post(address, data=as_json(run, told), headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except TimeoutError as error:
            raise NotificationError(f"no answer within {WEBHOOK_SECONDS} s: see that it is up") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotificationError(
                f"{type(error).__name__}: see that its address is right, and that it is up"
            ) from error
        if not 200 <= status < 300:
            raise NotificationError(f"it answered {status}: see that its address is right, and what it expects")

    return tell
