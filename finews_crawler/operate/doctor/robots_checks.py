"""What a host's robots.txt says of the addresses that a crawl asks for, and how long to wait between two."""

from __future__ import annotations

from urllib.parse import urlsplit

from protego import Protego

from finews_crawler.operate.doctor.check import Line, attend, ok
from finews_crawler.operate.doctor.host_checks import leads_to
from finews_crawler.operate.doctor.hosts import NamedHost
from finews_crawler.operate.doctor.robots_fetch import Answer
from finews_crawler.politeness.robotstxt import seconds_between

NAME = "robots"


def judge_robots(host: NamedHost, answer: Answer, user_agent: str, longest_wait: float) -> Line:
    """The line of a host that answers.

    >>> host = NamedHost("http://a", asked=["http://a/web/webapi?type=45"])
    >>> told = Answer(status=200, body=b"User-agent: *\\nDisallow: /web/")
    >>> judge_robots(host, told, "finews_crawler/0.1", 300).text
    'a forbids /web/webapi?type=45 to this User-Agent: no crawl asks for it; ask its owner, or go through another host'
    >>> judge_robots(host, Answer(status=404), "finews_crawler/0.1", 300).text
    'a has none (HTTP status 404): nothing is forbidden'
    """
    if leads_to(host, answer):
        return attend(NAME, f"{host.name} has it elsewhere, and it was not read", f"look at {host.root}/robots.txt")
    if answer.headers.get("content-encoding", "identity") != "identity":
        return attend(NAME, f"{host.name} sends it compressed, unasked", f"look at {host.root}/robots.txt")
    # As Scrapy reads it: whatever its status, and without what is no UTF-8.
    rules = Protego.parse(whole_lines(answer).decode("utf-8-sig", errors="ignore"))
    forbidden = [url for url in host.asked if not rules.can_fetch(url, user_agent)]
    if forbidden:
        what = ", ".join(dict.fromkeys(map(without_host, forbidden)))
        advice = "no crawl asks for it; ask its owner, or go through another host"
        return attend(NAME, f"{host.name} forbids {what} to this User-Agent", advice)
    if answer.status != 200:
        return ok(NAME, f"{host.name} has none (HTTP status {answer.status}): nothing is forbidden")
    return judge_pace(host, seconds_between(rules, user_agent), longest_wait, is_whole=answer.is_whole)


def whole_lines(answer: Answer) -> bytes:
    """What was read; of a file cut off, without the line that was cut: half a path would forbid more than the whole.

    >>> whole_lines(Answer(body=b"User-agent: *\\nDisallow: /", is_whole=False))
    b'User-agent: *'
    """
    return answer.body if answer.is_whole else answer.body.rpartition(b"\n")[0]


def judge_pace(host: NamedHost, seconds: float, longest_wait: float, *, is_whole: bool) -> Line:
    """A host that asks for more patience than a run has is asked no more in it."""
    if seconds > longest_wait:
        matter = f"{host.name} asks for {seconds:g} s between requests, longer than FINEWS_LONGEST_WAIT"
        return attend(NAME, matter, f"no run asks it; set FINEWS_LONGEST_WAIT to {seconds:g} or more")
    pace = f"; {seconds:g} s between requests" if seconds else ""
    end = "" if is_whole else "; it is too long, and only its beginning was read"
    return ok(NAME, f"{host.name} allows what crawls ask for{pace}{end}")


def without_host(url: str) -> str:
    """An address as robots.txt has it.

    >>> without_host("http://a/web/webapi?type=45&count=100&newsid=1")
    '/web/webapi?type=45&count=100&newsid=1'
    """
    parts = urlsplit(url)
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}"
