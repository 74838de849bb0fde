"""The schedules as text, each made by its template."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from finews_crawler.exceptions import NotSchedulable
from finews_crawler.operate.scheduling import intervals as timing
from finews_crawler.operate.scheduling import quoting
from finews_crawler.operate.scheduling.installation import Installation

LONGEST_COMMAND = 998
"""Bytes: Debian's cron refuses a longer one."""
SERVICE, TIMER = "finews-crawl.service", "finews-crawl.timer"


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("finews_crawler.operate.scheduling"),
        autoescape=select_autoescape(),  # no template here is HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(in_crontab=quoting.in_crontab, in_unit=quoting.in_unit, as_unit_word=quoting.as_unit_word)
    return made


def _render(template: str, installation: Installation, **values: object) -> str:
    values = {
        "scrapy": str(installation.scrapy),
        "folder": str(installation.folder),
        "settings": installation.settings,
        **values,
    }
    return environment().get_template(template).render(**values)


def cron_command(installation: Installation) -> str:
    """What cron is to run, with cron's own signs in it. Raises NotSchedulable."""
    command = _render("command.j2", installation)
    size = len(command.encode())
    if size > LONGEST_COMMAND:
        advice = "unset what is as by default, or take scrapy schedule systemd"
        raise NotSchedulable(f"the command has {size} bytes, and cron takes {LONGEST_COMMAND}: {advice}")
    return command


def crontab(installation: Installation, minutes: int, user: str) -> str:
    """The line, and what it is; with *user*, as a file of ``/etc/cron.d`` has it. Raises NotSchedulable."""
    fields = timing.in_cron(minutes, timing.minute_of(installation.place, minutes))
    line = _render("line.j2", installation, fields=fields, user=user, command=cron_command(installation))
    log_file = installation.settings["FINEWS_LOG_FILE"]
    return _render("crontab.j2", installation, minutes=minutes, user=user, line=line, log_file=log_file)


def units(installation: Installation, minutes: int, user: str) -> dict[str, str]:
    """Each unit by the name of its file."""
    service = _render(
        "crawl.service.j2",
        installation,
        user=user,
        written=[str(folder) for folder in installation.written],
        starts_programs=installation.starts_programs,
        is_temporary=installation.is_temporary,
    )
    calendar, delay = timing.in_systemd(minutes), timing.longest_delay(minutes)
    timer = _render("crawl.timer.j2", installation, minutes=minutes, calendar=calendar, delay=delay)
    return {SERVICE: service, TIMER: timer}
