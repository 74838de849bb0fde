"""Whether the hosts of the settings answer, and what the Date of their answers says of this machine's clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from protego import Protego

from finews_crawler.config.model import HOST_SETTINGS, host_of
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.doctor.robots_fetch import Answer
from finews_crawler.politeness.allowlist import PORTS, Allowlist
from finews_crawler.politeness.robotstxt import seconds_between
from finews_crawler.politeness.unreachable_hosts import FIRST_SERVER_ERROR
from finews_crawler.sources import CHANNELS, SOURCES
from finews_crawler.sources.ban_signs import STATUSES
from finews_crawler.spiders.category import category_path

EXAMPLE_CODE = "NW202205182383638060"
EXAMPLE_MEDIUM = "华龙网-新重庆客户端"
EXAMPLE_POST = f"/hualongwangxinzhongqingkehuduan/2022/05/18/{EXAMPLE_CODE}.html"
ROWS = 100


@dataclass
class NamedHost:
    """One host, by what is before the path of its addresses."""

    root: str
    """Scheme, host and port, without a name and a password: a crawl does not send these either."""
    settings: list[str] = field(default_factory=list)
    """The settings that name it."""
    asked: list[str] = field(default_factory=list)
    """An address of each kind that a crawl asks it for."""

    @property
    def name(self) -> str:
        """The host with its port, as Scrapy's log has it: ``127.0.0.1:8000``."""
        return self.root.partition("://")[2]

    @property
    def robots_url(self) -> str:
        return f"{self.root}/robots.txt"


def named_hosts(values: Mapping[str, str]) -> list[NamedHost]:
    """The hosts of the settings, in their order; one that cannot be meant is left out.

    >>> hosts = named_hosts({"FINEWS_SHARE_URL": "http://a/", "FINEWS_ARCHIVE_URL": "http://me:secret@A:80"})
    >>> [(host.root, host.robots_url, host.settings) for host in hosts]
    [('http://a', 'http://a/robots.txt', ['FINEWS_SHARE_URL', 'FINEWS_ARCHIVE_URL'])]
    """
    found: dict[str, NamedHost] = {}
    for name in HOST_SETTINGS:
        address = values.get(name, "")
        if host_of(address) is None:
            continue
        root = root_of(address)
        host = found.setdefault(root, NamedHost(root))
        host.settings.append(name)
        host.asked += addresses_asked(name, address)
    return list(found.values())


def root_of(address: str) -> str:
    """The scheme, host and port of an http address, the same for all of its spellings.

    >>> root_of("http://me:secret@Finews.zning.xyz:80/a"), root_of("https://[::1]:8443/")
    ('http://finews.zning.xyz', 'https://[::1]:8443')
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def addresses_asked(setting: str, address: str) -> list[str]:
    """An address of each kind that a crawl asks for on the host of a setting.

    >>> addresses_asked("FINEWS_SHARE_URL", "http://a/")
    ['http://a/NewsData/GetNewsText.do?id=NW202205182383638060']
    >>> addresses_asked("FINEWS_CHANNELS_URL", "http://a/")[1]
    'http://a/web/webapi?type=45&count=100&newsid=1'
    """
    if setting == "FINEWS_ARCHIVE_URL":
        pages = ("/", category_path(EXAMPLE_MEDIUM), category_path(EMNEWS_SLUG), EXAMPLE_POST)
        return [address.rstrip("/") + page for page in pages]
    articles = [source.article for source in SOURCES if source.article and source.article.host_setting == setting]
    lists = [channel.url(address, ROWS) for channel in CHANNELS.values() if channel.host_setting == setting]
    return [surface.url(address, EXAMPLE_CODE) for surface in articles] + lists


ROBOTS = "robots"


def judge_robots(host: NamedHost, answer: Answer, user_agent: str, longest_wait: float) -> CheckResult:
    """The line of a host that answers.

    >>> host = NamedHost("http://a", asked=["http://a/web/webapi?type=45"])
    >>> told = Answer(status=200, body=b"User-agent: *\\nDisallow: /web/")
    >>> judge_robots(host, told, "finews_crawler/0.1", 300).text
    'a forbids /web/webapi?type=45 to this User-Agent: no crawl asks for it; ask its owner, or go through another host'
    >>> judge_robots(host, Answer(status=404), "finews_crawler/0.1", 300).text
    'a has none (HTTP status 404): nothing is forbidden'
    """
    if leads_to(host, answer):
        return warn(ROBOTS, f"{host.name} has it elsewhere, and it was not read", f"look at {host.root}/robots.txt")
    if answer.headers.get("content-encoding", "identity") != "identity":
        return warn(ROBOTS, f"{host.name} sends it compressed, unasked", f"look at {host.root}/robots.txt")
    # As Scrapy reads it: whatever its status, and without what is no UTF-8.
    rules = Protego.parse(whole_lines(answer).decode("utf-8-sig", errors="ignore"))
    forbidden = [url for url in host.asked if not rules.can_fetch(url, user_agent)]
    if forbidden:
        what = ", ".join(dict.fromkeys(map(without_host, forbidden)))
        advice = "no crawl asks for it; ask its owner, or go through another host"
        return warn(ROBOTS, f"{host.name} forbids {what} to this User-Agent", advice)
    if answer.status != 200:
        return ok(ROBOTS, f"{host.name} has none (HTTP status {answer.status}): nothing is forbidden")
    return judge_pace(host, seconds_between(rules, user_agent), longest_wait, is_whole=answer.is_whole)


def whole_lines(answer: Answer) -> bytes:
    """What was read; of a file cut off, without the line that was cut: half a path would forbid more than the whole.

    >>> whole_lines(Answer(body=b"User-agent: *\\nDisallow: /", is_whole=False))
    b'User-agent: *'
    """
    return answer.body if answer.is_whole else answer.body.rpartition(b"\n")[0]


def judge_pace(host: NamedHost, seconds: float, longest_wait: float, *, is_whole: bool) -> CheckResult:
    """A host that asks for more patience than a run has is asked no more in it."""
    if seconds > longest_wait:
        matter = f"{host.name} asks for {seconds:g} s between requests, longer than FINEWS_LONGEST_WAIT"
        return warn(ROBOTS, matter, f"no run asks it; set FINEWS_LONGEST_WAIT to {seconds:g} or more")
    pace = f"; {seconds:g} s between requests" if seconds else ""
    end = "" if is_whole else "; it is too long, and only its beginning was read"
    return ok(ROBOTS, f"{host.name} allows what crawls ask for{pace}{end}")


def without_host(url: str) -> str:
    """An address as robots.txt has it.

    >>> without_host("http://a/web/webapi?type=45&count=100&newsid=1")
    '/web/webapi?type=45&count=100&newsid=1'
    """
    parts = urlsplit(url)
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}"


NAME = "host"
CLOCK = "clock"
LARGEST_ERROR = timedelta(minutes=5)
"""A channel's pace and a certificate's days are read off this clock: some minutes do no harm."""
LONGEST_SHOWN = 80


def judge_host(host: NamedHost, answer: Answer) -> CheckResult:
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
        return warn(NAME, f"{host.name} cannot be reached ({answer.failure})", advice)
    if answer.status in STATUSES:
        advice = "it may have banned this machine: wait some days, and ask less often"
        return warn(NAME, f"{host.name} refuses (HTTP status {answer.status})", advice)
    if answer.status >= FIRST_SERVER_ERROR:
        return warn(NAME, f"{host.name} fails (HTTP status {answer.status})", "look again later")
    there = leads_to(host, answer)
    if there and there != host.root:
        matter = f"{host.name} leads to {there[:LONGEST_SHOWN]}"
        # A crawl follows from http to https and back, and nowhere else.
        if Allowlist.by([host.root]).has(there):
            return warn(NAME, f"{matter}, and each request would cost two", f"set {named} to it")
        return warn(NAME, f"{matter}, and no crawl follows", f"see where the site is now, and set {named} to it")
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


def check_clock(answers: Iterable[Answer], now: datetime) -> CheckResult:
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
        return warn(CLOCK, f"{here}, and a host has {nearest:%Y-%m-%d %H:%M:%S %z}", "set this machine's clock")
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
