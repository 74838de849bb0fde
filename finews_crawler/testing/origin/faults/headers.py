"""Not faults, but features that a polite client handles: Crawl-delay in robots.txt, validators of lists."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256

from aiohttp import web

from finews_crawler.content.dates import parse_published_at
from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import Number, fault

TIMES = ("showtime", "datetime", "showTime")


@fault("crawl-delay", Number(2), on=Exchange.is_robots)
def crawl_delay(exchange: Exchange, seconds: int) -> web.Response:
    """robots.txt has a Crawl-delay of 2 seconds, or N as crawl-delay=N"""
    return exchange.with_body(exchange.body + f"Crawl-delay: {seconds}\n".encode(), "text/plain")


@fault("validators", on=Exchange.is_list)
def validators(exchange: Exchange, _: int) -> web.Response:
    """lists have ETag and Last-Modified, and are 304 for a client that has them already"""
    if exchange.response.status != 200:
        return exchange.response
    tag, changed = sha256(exchange.body).hexdigest()[:16], newest_row(exchange)
    known = is_known(exchange.request, tag, changed)
    answer = web.Response(status=304) if known else exchange.with_body(exchange.body)
    answer.headers["ETag"] = f'"{tag}"'
    if changed:
        answer.headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    return answer


def newest_row(exchange: Exchange) -> datetime | None:
    times = [parse_published_at(next((row[key] for key in TIMES if row.get(key)), "")) for row in exchange.rows()]
    return max(filter(None, times), default=None)


def is_known(request: web.Request, tag: str, changed: datetime | None) -> bool:
    """Return True if the client has this list. An ETag takes precedence over a date (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(theirs.value in {tag, "*"} for theirs in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed is not None and changed <= since
