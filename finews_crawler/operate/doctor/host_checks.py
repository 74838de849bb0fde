"""Checks of the configured hosts: reachable, crawling allowed by robots.txt, and in agreement with this clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from finews_crawler.config.host_hints import check_network
from finews_crawler.config.urls import host_of
from finews_crawler.content.slug import EMNEWS_SLUG
from finews_crawler.exceptions import RobotsUnreadable
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.doctor.http_client import HttpResponse
from finews_crawler.politeness.allowlist import PORTS, Allowlist
from finews_crawler.politeness.look_up import CHECK_NAME_SERVERS, NO_NAME_SERVER
from finews_crawler.politeness.robots_rules import FORBID_ALL, RobotsRules, rules_in
from finews_crawler.politeness.unreachable_hosts import FIRST_SERVER_ERROR
from finews_crawler.sources import CHANNELS, SOURCES
from finews_crawler.sources.ban_signs import STATUSES
from finews_crawler.spiders.category_arguments import category_path

EXAMPLE_CODE = "NW202205182383638060"
EXAMPLE_OUTLET = "华龙网-新重庆客户端"
EXAMPLE_POST = f"/hualongwangxinzhongqingkehuduan/2022/05/18/{EXAMPLE_CODE}.html"
ROWS = 100
HOST, ROBOTS, CLOCK = "host", "robots", "clock"
MAX_CLOCK_ERROR = timedelta(minutes=5)
"""Poll intervals and the validity of certificates depend on the clock, but tolerate a few minutes."""
MAX_LOCATION_LENGTH = 80
MAX_PATHS = 3
"""Forbidden URLs that a line names; a site may have dozens of lists at one path."""


@dataclass
class CheckedHost:
    """A host that the settings name."""

    root: str
    """Scheme, host and port. User name and password are dropped, as in a crawl."""
    settings: list[str] = field(default_factory=list)
    """Settings that name the host."""
    example_urls: list[str] = field(default_factory=list)
    """One URL of each kind that a crawl requests from the host."""

    @property
    def name(self) -> str:
        """Host and port as in Scrapy's log, such as ``127.0.0.1:8000``."""
        return self.root.partition("://")[2]

    @property
    def robots_url(self) -> str:
        return f"{self.root}/robots.txt"


def hosts_to_check(urls: Mapping[str, str]) -> list[CheckedHost]:
    """Return the hosts of *urls* (setting → URL) that crawls without arguments request, without invalid ones.

    >>> hosts = hosts_to_check({"FINEWS_SHARE_URL": "http://a/", "FINEWS_ARCHIVE_URL": "http://me:secret@A:80"})
    >>> [(host.root, host.robots_url, host.settings) for host in hosts]
    [('http://a', 'http://a/robots.txt', ['FINEWS_SHARE_URL', 'FINEWS_ARCHIVE_URL'])]
    """
    hosts: dict[str, CheckedHost] = {}
    for name, url in urls.items():
        examples = example_urls(name, url) if host_of(url) else []
        if not examples:
            continue
        root = root_of(url)
        host = hosts.setdefault(root, CheckedHost(root))
        host.settings.append(name)
        host.example_urls += examples
    return list(hosts.values())


def root_of(url: str) -> str:
    """Return scheme, host and port of an http URL in normal form.

    >>> root_of("http://me:secret@Finews.zning.xyz:80/a"), root_of("https://[::1]:8443/")
    ('http://finews.zning.xyz', 'https://[::1]:8443')
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def example_urls(setting: str, url: str) -> list[str]:
    """Return one URL of each kind that a crawl without arguments requests from the host of a setting.

    >>> example_urls("FINEWS_SHARE_URL", "http://a/")
    ['http://a/NewsData/GetNewsText.do?id=NW202205182383638060']
    >>> example_urls("FINEWS_CHANNELS_URL", "http://a/")[1]
    'http://a/web/webapi?type=45&count=100&newsid=1'
    """
    if setting == "FINEWS_ARCHIVE_URL":
        pages = ("/", category_path(EXAMPLE_OUTLET), category_path(EMNEWS_SLUG), EXAMPLE_POST)
        return [url.rstrip("/") + page for page in pages]
    articles = [surface for source in SOURCES for surface in source.articles if surface.host_setting == setting]
    polled = [channel for channel in CHANNELS.values() if channel.host_setting == setting and channel.is_polled]
    lists = [channel.url(url, ROWS) for channel in polled]
    return [surface.url(url, EXAMPLE_CODE) for surface in articles] + lists


def check_robots(host: CheckedHost, response: HttpResponse, user_agent: str, longest_wait: float) -> CheckResult:
    """Check that robots.txt allows what a crawl requests, at a pace that a run can keep.

    >>> host = CheckedHost("http://a", example_urls=["http://a/web/webapi?type=45"])
    >>> response = HttpResponse(status=200, body=b"User-agent: *\\nDisallow: /web/")
    >>> check_robots(host, response, "finews_crawler/0.1", 300).text
    'a forbids /web/webapi to this User-Agent: crawls skip it; contact the site owner or use another host'
    >>> check_robots(host, HttpResponse(status=404), "finews_crawler/0.1", 300).text
    'a has no robots.txt (HTTP status 404): everything is allowed'
    """
    if redirect_target(host, response):
        return warn(ROBOTS, f"{host.name} redirects its robots.txt, which was not read", f"check {host.robots_url}")
    if response.headers.get("content-encoding", "identity") != "identity":
        return warn(ROBOTS, f"{host.name} sends a compressed robots.txt unrequested", f"check {host.robots_url}")
    rules = read_rules(response, user_agent)
    forbidden = [url for url in host.example_urls if not rules.allows(url)]
    if forbidden:
        paths = list(dict.fromkeys(urlsplit(url).path for url in forbidden))
        more = f" and {len(paths) - MAX_PATHS} more" if len(paths) > MAX_PATHS else ""
        hint = "crawls skip it; contact the site owner or use another host"
        return warn(ROBOTS, f"{host.name} forbids {', '.join(paths[:MAX_PATHS])}{more} to this User-Agent", hint)
    if response.status // 100 != 2:
        return ok(ROBOTS, f"{host.name} has no robots.txt (HTTP status {response.status}): everything is allowed")
    return _check_delay(host, rules.delay, longest_wait, is_complete=response.is_complete)


def read_rules(response: HttpResponse, user_agent: str) -> RobotsRules:
    """Parse a robots.txt as a crawl does: a missing one (status 404) allows everything, an unreadable one nothing.

    The last line of a truncated file is dropped: half a path would forbid more than the whole path.
    """
    body = response.body if response.is_complete else response.body.rpartition(b"\n")[0]
    try:
        return RobotsRules(rules_in(response.status, body), user_agent)
    except RobotsUnreadable:
        return RobotsRules(FORBID_ALL, user_agent)


def _check_delay(host: CheckedHost, seconds: float, longest_wait: float, *, is_complete: bool) -> CheckResult:
    if seconds > longest_wait:
        problem = f"{host.name} requires {seconds:g} s between requests, longer than FINEWS_LONGEST_WAIT"
        return warn(ROBOTS, problem, f"crawls skip this host; set FINEWS_LONGEST_WAIT to {seconds:g} or more")
    delay = f"; {seconds:g} s between requests" if seconds else ""
    truncated = "" if is_complete else "; robots.txt is too long, only its beginning was read"
    return ok(ROBOTS, f"{host.name} allows all URLs of a crawl{delay}{truncated}")


def check_host(host: CheckedHost, response: HttpResponse) -> CheckResult:
    """Check that a host responds.

    >>> host = CheckedHost("http://a", ["FINEWS_SHARE_URL"])
    >>> check_host(host, HttpResponse("connection refused")).text
    'a cannot be reached (connection refused): check FINEWS_SHARE_URL and the network'
    >>> check_host(host, HttpResponse(status=404)).text
    'a responds (FINEWS_SHARE_URL)'
    >>> check_host(host, HttpResponse(status=301, headers={"location": "https://a/robots.txt"})).text
    'a redirects to https://a, which doubles the number of requests: set FINEWS_SHARE_URL to it'
    """
    settings = " and ".join(host.settings)
    if response.failure:
        hint = check_network(host.root, host.settings)
        if response.failure.endswith("not a public address"):
            hint = "if this is intended, add the network to FINEWS_ALLOWED_NETWORKS"
        elif response.failure.startswith(NO_NAME_SERVER):
            hint = CHECK_NAME_SERVERS
        return warn(HOST, f"{host.name} cannot be reached ({response.failure})", hint)
    if response.status in STATUSES:
        hint = "it may have banned this machine: wait some days, and crawl less often"
        return warn(HOST, f"{host.name} refuses requests (HTTP status {response.status})", hint)
    if response.status >= FIRST_SERVER_ERROR:
        return warn(HOST, f"{host.name} has a server error (HTTP status {response.status})", "try again later")
    target = redirect_target(host, response)
    if target and target != host.root:
        # A crawl follows redirects between http and https of a host, and no others.
        problem = f"{host.name} redirects to {target[:MAX_LOCATION_LENGTH]}"
        if Allowlist.by([host.root]).has(target):
            return warn(HOST, f"{problem}, which doubles the number of requests", f"set {settings} to it")
        return warn(
            HOST, f"{problem}, which crawls do not follow", f"find the site's new URL, and set {settings} to it"
        )
    return ok(HOST, f"{host.name} responds ({settings})")


def redirect_target(host: CheckedHost, response: HttpResponse) -> str:
    """Return the root of a redirect's target, '' for other responses. The target is untrusted and not requested.

    >>> host = CheckedHost("http://a")
    >>> locations = ("/login", "//b:8/c", "http://[")
    >>> [redirect_target(host, HttpResponse(status=302, headers={"location": url})) for url in locations]
    ['http://a', 'http://b:8', 'http://[']
    """
    if response.status // 100 != 3 or "location" not in response.headers:
        return ""
    location = response.headers["location"]
    try:
        target = urljoin(host.robots_url, location)
    except ValueError:
        return location
    return target if host_of(target) is None else root_of(target)


def check_clock(responses: Iterable[HttpResponse], now: datetime) -> CheckResult:
    """Compare this machine's clock with the ``Date`` headers of the hosts.

    >>> noon = datetime.fromisoformat("2022-05-18T12:00:00+08:00")
    >>> check_clock([HttpResponse(headers={"date": "Wed, 18 May 2022 03:00:10 GMT"})], noon).text
    "2022-05-18 12:00:00 +0800, but a host has 2022-05-18 11:00:10 +0800: set this machine's clock"
    >>> check_clock([HttpResponse("connection refused")], noon).text
    '2022-05-18 12:00:00 +0800; no host sent the time'
    """
    times = [time for response in responses if (time := response_time(response)) is not None]
    local = f"{now:%Y-%m-%d %H:%M:%S %z}"
    if not times:
        return ok(CLOCK, f"{local}; no host sent the time")
    nearest = min(times, key=lambda time: abs(time - now)).astimezone(now.tzinfo)
    if abs(nearest - now) > MAX_CLOCK_ERROR:
        return warn(CLOCK, f"{local}, but a host has {nearest:%Y-%m-%d %H:%M:%S %z}", "set this machine's clock")
    return ok(CLOCK, f"{local}, confirmed by a host")


def response_time(response: HttpResponse) -> datetime | None:
    """Return the time at which a response was generated; None if unknown, or if it comes from a cache."""
    if "age" in response.headers or "date" not in response.headers:
        return None
    try:
        time = parsedate_to_datetime(response.headers["date"])
    except ValueError:
        return None
    return time if time.tzinfo is not None else None
