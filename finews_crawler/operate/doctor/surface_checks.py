"""Checks of the surfaces that ``finews crawl channel`` would request: does each respond in the shape that is known?

One request for each family of lists, and one for each surface that has an article from the list that was just read: all
columns of a site come from one program. As in a crawl, robots.txt is obeyed and requests to a host are some time apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from finews_crawler.items import Article
from finews_crawler.operate.doctor.check import CheckResult, ok, warn
from finews_crawler.operate.doctor.http_client import HttpResponse
from finews_crawler.sources import article_surfaces, ban_sign, ban_signs_at
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import ArticleSurface, ListSurface
from finews_crawler.spiders.channel import polled_by_default

SURFACE = "surface"
ROWS = 20
UPDATE = "update finews_crawler, or report it with the reason"
WAIT = "wait some days before the next crawl, and crawl less often"

Fetch = Callable[[str], "HttpResponse | None"]
"""Fetch a URL; None if robots.txt or an unreachable host forbids it, which other lines report."""


def check_surfaces(hosts: Mapping[str, str], fetch: Fetch) -> Iterator[CheckResult]:
    """Yield a result for each surface; *hosts*: URLs by setting, without credentials, '' for one that is not set."""
    listed: Article | None = None
    for channel in lists_to_check(hosts):
        url = channel.url(hosts[channel.host_setting], ROWS)
        response = fetch(url)
        if response is not None:
            result, articles = check_list(channel, response, refusal(hosts, url, response))
            yield result
            listed = listed or next(iter(articles), None)
    if listed is None:
        return
    for surface in article_surfaces(listed.info_code, hosts):
        url = surface.url(hosts[surface.host_setting], listed.info_code)
        response = fetch(url)
        if response is not None:
            yield check_article(surface, listed, response, refusal(hosts, url, response))


def lists_to_check(hosts: Mapping[str, str]) -> list[ListSurface]:
    """Return the first channel of each family that a crawl polls without arguments.

    >>> from finews_crawler.sources import HOST_DEFAULTS
    >>> hosts = {**dict.fromkeys(HOST_DEFAULTS, ""), "FINEWS_MARKET_URL": "http://a"}
    >>> [channel.name for channel in lists_to_check(hosts)]
    ['market:37']
    """
    families = {channel.family: channel for channel in reversed(polled_by_default(hosts))}
    return list(reversed(families.values()))


def refusal(hosts: Mapping[str, str], url: str, response: HttpResponse) -> str:
    """Return why a response looks like a ban, '' if it does not."""
    if response.failure or response.status == 200:
        return ""  # the parser knows more of a body than the ban sign of one response
    return ban_sign(ban_signs_at(url, hosts), url, url, response.status, response.body) or ""


def check_list(channel: ListSurface, response: HttpResponse, refused: str = "") -> tuple[CheckResult, list[Article]]:
    """Check the response of a list; return its articles too.

    >>> from finews_crawler.sources import CHANNELS
    >>> check_list(CHANNELS["media"], HttpResponse(status=200, body=b'{"other": []}'))[0].text[:27]
    'media has a changed shape ('
    >>> check_list(CHANNELS["media"], HttpResponse(status=403), "HTTP status 403")[0].text[:42]
    'media refuses requests (HTTP status 403): '
    >>> check_list(CHANNELS["media"], HttpResponse("no answer in time"))[0].is_ok
    False
    """
    problem = problem_of(channel.name, response, refused)
    if problem is not None:
        return problem, []
    found = channel.parse(response.body, channel)
    if found.outcome is Outcome.ARTICLES:
        number = len(found.articles)
        return ok(SURFACE, f"{channel.name} responds with {number} article{'' if number == 1 else 's'}"), found.articles
    if found.outcome is Outcome.NO_NEWS:
        return ok(SURFACE, f"{channel.name} responds with an empty list"), []
    if found.outcome is Outcome.NO_DATA:
        return warn(SURFACE, f"{channel.name} responds without data, as it does now and then", "run it again"), []
    return _unusable(channel.name, found.outcome, found.detail), []


def check_article(surface: ArticleSurface, listed: Article, response: HttpResponse, refused: str = "") -> CheckResult:
    """Check the response for an article that a list has."""
    problem = problem_of(surface.name, response, refused)
    if problem is not None:
        return problem
    found = surface.parse(response.body, listed.info_code)
    if found.outcome is Outcome.ARTICLES:
        return ok(SURFACE, f"{surface.name} responds with an article ({listed.info_code})")
    if found.outcome is Outcome.MISSING:
        lost = f"{surface.name} does not have {listed.info_code} ({found.detail}), which a list has"
        return warn(SURFACE, lost, f"run it again; if it has none of several articles, {UPDATE}")
    return _unusable(surface.name, found.outcome, found.detail)


def problem_of(name: str, response: HttpResponse, refused: str) -> CheckResult | None:
    """Return the warning for a response without a body that can be parsed."""
    if response.failure:
        return warn(SURFACE, f"{name} cannot be reached ({response.failure})", "check the network")
    if refused:
        return warn(SURFACE, f"{name} refuses requests ({refused})", WAIT)
    if response.status != 200:
        return warn(SURFACE, f"{name} responds with HTTP status {response.status}", "try again later; " + UPDATE)
    if response.headers.get("content-encoding", "identity") != "identity":
        return warn(SURFACE, f"{name} sends a compressed body unrequested, which was not read", "crawls can read it")
    if not response.is_complete:
        return warn(SURFACE, f"{name} sends too long a body, which was not read", UPDATE)
    return None


def _unusable(name: str, outcome: Outcome, detail: str) -> CheckResult:
    if outcome is Outcome.BLOCKED:
        return warn(SURFACE, f"{name} refuses requests ({detail})", WAIT)
    if outcome is Outcome.CUT_OFF:
        return warn(SURFACE, f"{name} responds with a body that ends early ({detail})", "run it again")
    return warn(SURFACE, f"{name} has a changed shape ({detail})", UPDATE)
