"""How alarms are told: by mail, to a webhook, to a command. Each fails by itself, and says why in one line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from finews_crawler.config.alerting import AlarmOptions
from finews_crawler.operate.monitoring.alerts import Told
from finews_crawler.operate.monitoring.notification import ReportedRun, as_json, as_mail
from finews_crawler.operate.monitoring.processes import ProcessFailed, run_process

WEBHOOK_SECONDS = 10
PROCESS_SECONDS = 60
NO_SENDMAIL = "install a mail server such as msmtp-mta, or set FINEWS_SENDMAIL"
Tell = Callable[[ReportedRun, Sequence[Told]], Awaitable[None]]


class ActionFailed(Exception):
    """Nobody was told; the message says why, and what to do."""


class Action(NamedTuple):
    """One way to tell."""

    name: str
    """In ``cache/alarms.json``."""
    setting: str
    """As the log names it."""
    tell: Tell
    """Raises ActionFailed."""


def actions_of(options: AlarmOptions) -> list[Action]:
    """The actions that are set.

    >>> [action.name for action in actions_of(AlarmOptions(mail="root", command="logger -t finews"))]
    ['mail', 'command']
    """
    actions = (
        Action("mail", f"FINEWS_ALARM_MAIL={options.mail}", mailing(options)),
        Action("webhook", f"FINEWS_ALARM_WEBHOOK={site_of(options.webhook)}", posting(options.webhook)),
        Action("command", f"FINEWS_ALARM_COMMAND={options.command}", running(options.command)),
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


def mailing(options: AlarmOptions) -> Tell:
    """To the local ``sendmail``, which takes the recipient from the mail and is not ended by a line with a dot."""

    async def tell(run: ReportedRun, told: Sequence[Told]) -> None:
        command = (options.sendmail, "-t", "-i")
        try:
            await run_process(command, as_mail(run, told, options.mail), PROCESS_SECONDS)
        except FileNotFoundError as error:
            raise ActionFailed(f"there is no {options.sendmail}: {NO_SENDMAIL}") from error
        except (OSError, ProcessFailed) as error:
            raise ActionFailed(f"{options.sendmail}: {error}: see that this machine can send mail") from error

    return tell


def running(command: str) -> Tell:
    """To a shell command, as JSON on its standard input."""

    async def tell(run: ReportedRun, told: Sequence[Told]) -> None:
        try:
            await run_process(("/bin/sh", "-c", command), as_json(run, told), PROCESS_SECONDS)
        except (OSError, ProcessFailed) as error:
            raise ActionFailed(f"{error}: try the command by hand, with {{}} on its standard input") from error

    return tell


def posting(address: str) -> Tell:
    """To a webhook, as the body of a POST. A redirect is none of its answers: it would not be posted to."""

    async def tell(run: ReportedRun, told: Sequence[Told]) -> None:
        import aiohttp  # noqa: PLC0415 (a run without an alarm need not wait for it)

        limit = aiohttp.ClientTimeout(total=WEBHOOK_SECONDS)
        headers = {"Content-Type": "application/json"}
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
                session.post(address, data=as_json(run, told), headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except asyncio.TimeoutError as error:
            raise ActionFailed(f"no answer within {WEBHOOK_SECONDS} s: see that it is up") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ActionFailed(f"{type(error).__name__}: see that its address is right, and that it is up") from error
        if not 200 <= status < 300:
            raise ActionFailed(f"it answered {status}: see that its address is right, and what it expects")

    return tell
