"""Rendering of crontab lines and systemd units from templates."""

from __future__ import annotations

import platform
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from finews_crawler.exceptions import NotSchedulable
from finews_crawler.operate.scheduling import intervals, quoting
from finews_crawler.operate.scheduling.installation import Installation

MAX_COMMAND_BYTES = 998
"""Limit of Debian's cron."""
SERVICE, TIMER = "finews-crawl.service", "finews-crawl.timer"
SECONDS_TO_STOP = 60
"""That a worker has beyond the timeout of its last requests."""


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("finews_crawler.operate.scheduling"),
        autoescape=select_autoescape(),  # none of the templates is HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        quote_for_crontab=quoting.quote_for_crontab,
        escape_unit_line=quoting.escape_unit_line,
        quote_unit_word=quoting.quote_unit_word,
    )
    return made


def _render(template: str, installation: Installation, **values: object) -> str:
    return environment().get_template(template).render(installation=installation, **values)


def cron_command(installation: Installation) -> str:
    """Return the command of a crontab line, quoted for cron. Raises NotSchedulable if it is too long."""
    command = _render("command.j2", installation)
    size = len(command.encode())
    if size > MAX_COMMAND_BYTES:
        hint = "unset settings that have their default value, or use finews schedule systemd"
        raise NotSchedulable(f"the command has {size} bytes, but cron accepts at most {MAX_COMMAND_BYTES}: {hint}")
    return command


def render_crontab(installation: Installation, minutes: int, user: str) -> str:
    """Return a crontab line with comments; with *user*, in the format of ``/etc/cron.d``. Raises NotSchedulable."""
    identity = f"{platform.node()} {installation.all_settings['FINEWS_DATA_DIR']}"
    fields = intervals.cron_fields(minutes, intervals.start_minute(identity, minutes))
    command = cron_command(installation)
    return _render("crontab.j2", installation, minutes=minutes, user=user, fields=fields, command=command)


def render_units(installation: Installation, minutes: int, user: str) -> dict[str, str]:
    """Return the service and the timer by file name."""
    service = _render("crawl.service.j2", installation, user=user)
    calendar, delay = intervals.systemd_calendar(minutes), intervals.random_delay(minutes)
    timer = _render("crawl.timer.j2", installation, minutes=minutes, calendar=calendar, delay=delay)
    return {SERVICE: service, TIMER: timer}


def render_worker_unit(installation: Installation, user: str, longest_request: int) -> str:
    """Return the template of a service, of which each instance is a worker. *longest_request*: seconds."""
    seconds = longest_request + SECONDS_TO_STOP
    return _render("worker.service.j2", installation, user=user, seconds_to_stop=seconds)
