"""Whether the hosts of the settings answer, and what the Date of their answers says of this machine's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from finews_crawler.config.model import host_of
from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.operate.doctor.hosts import NamedHost, root_of
from finews_crawler.operate.doctor.robots_fetch import Answer
from finews_crawler.politeness.allowlist import Allowed
from finews_crawler.politeness.unreachable_hosts import FIRST_SERVER_ERROR
from finews_crawler.sources.eastmoney.ban_signs import STATUSES

NAME = "host"
CLOCK = "clock"
LARGEST_ERROR = timedelta(minutes=5)
"""A channel's pace and a certificate's days are read off this clock: some minutes do no harm."""
LONGEST_SHOWN = 80


def judge_host(host: NamedHost, answer: Answer) -> Line:
    """The line of a host.

    >>> host = NamedHost("http://a", ["FINEWS_SHARE_URL"])
    >>> judge_host(host, Answer("connection refused")).text
    'a cannot be reached (connection refused): check FINEWS_SHARE_URL and the network'
    >>> judge_host(host, Answer(status=404)).text
    'a answers (FINEWS_SHARE_URL)'
    >>> judge_host(host, Answer(status=301, headers={"location": "https://a/robots.txt"})).text
    'a leads to https://a, and each request would cost two: set FINEWS_SHARE_URL to it'
    """
    named = " and ".join(host.settings)
    if answer.failure:
        advice = f"check {named} and the network"
        if answer.failure.endswith("which is not public"):
            advice = "if that is meant, name the network in FINEWS_ALLOWED_NETWORKS"
        return attend(NAME, f"{host.name} cannot be reached ({answer.failure})", advice)
    if answer.status in STATUSES:
        advice = "it may have banned this machine: wait some days, and ask less often"
        return attend(NAME, f"{host.name} refuses (HTTP status {answer.status})", advice)
    if answer.status >= FIRST_SERVER_ERROR:
        return attend(NAME, f"{host.name} fails (HTTP status {answer.status})", "look again later")
    there = leads_to(host, answer)
    if there and there != host.root:
        matter = f"{host.name} leads to {there[:LONGEST_SHOWN]}"
        # A crawl follows from http to https and back, and nowhere else.
        if Allowed.by([host.root]).has(there):
            return attend(NAME, f"{matter}, and each request would cost two", f"set {named} to it")
        return attend(NAME, f"{matter}, and no crawl follows", f"see where the site is now, and set {named} to it")
    return ok(NAME, f"{host.name} answers ({named})")


def leads_to(host: NamedHost, answer: Answer) -> str:
    """Where an answer redirects to, without the path; '' where it does not. Nobody goes there: it is upstream's word.

    >>> host = NamedHost("http://a")
    >>> [leads_to(host, Answer(status=302, headers={"location": to})) for to in ("/login", "//b:8/c", "http://[")]
    ['http://a', 'http://b:8', 'http://[']
    """
    if answer.status // 100 != 3 or "location" not in answer.headers:
        return ""
    location = answer.headers["location"]
    try:
        there = urljoin(host.robots_url, location)
    except ValueError:
        return location
    return there if host_of(there) is None else root_of(there)


def check_clock(answers: Iterable[Answer], now: datetime) -> Line:
    """This machine's clock, held against the hosts' where one tells the time.

    >>> noon = datetime.fromisoformat("2022-05-18T12:00:00+08:00")
    >>> check_clock([Answer(headers={"date": "Wed, 18 May 2022 03:00:10 GMT"})], noon).text
    "2022-05-18 12:00:00 +0800, and a host has 2022-05-18 11:00:10 +0800: set this machine's clock"
    >>> check_clock([Answer("connection refused")], noon).text
    '2022-05-18 12:00:00 +0800; no host told the time'
    """
    told = [moment for answer in answers if (moment := moment_of(answer)) is not None]
    here = f"{now:%Y-%m-%d %H:%M:%S %z}"
    if not told:
        return ok(CLOCK, f"{here}; no host told the time")
    nearest = min(told, key=lambda moment: abs(moment - now)).astimezone(now.tzinfo)
    if abs(nearest - now) > LARGEST_ERROR:
        return attend(CLOCK, f"{here}, and a host has {nearest:%Y-%m-%d %H:%M:%S %z}", "set this machine's clock")
    return ok(CLOCK, f"{here}, as a host has it")


def moment_of(answer: Answer) -> datetime | None:
    """The moment at which an answer was made; None where it does not say, or comes out of a cache."""
    if "age" in answer.headers or "date" not in answer.headers:
        return None
    try:
        moment = parsedate_to_datetime(answer.headers["date"])
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
