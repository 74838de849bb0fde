"""Middleware for every request: records it, delays it, and applies the chosen faults to its response."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from finews_crawler.testing.origin.exchange import STATS_PATH, Exchange, is_article_path, requested_article
from finews_crawler.testing.origin.faults.registry import ChosenFault
from finews_crawler.testing.origin.raw_response import RawResponse


class Arrival(NamedTuple):
    """A request: its time (``time.monotonic()``), its path, and the ``id`` in its query or ''."""

    time: float
    path: str
    id: str


@dataclass(slots=True)
class Traffic:
    """Requests received so far; ``/_stats`` is not counted."""

    paths: Counter[str] = field(default_factory=Counter)
    arrivals: list[Arrival] = field(default_factory=list)
    articles: int = 0
    """Requests for articles, on all surfaces."""

    def record(self, path: str, query_id: str) -> int:
        """Record a request; return the number of requests for *path* so far."""
        self.arrivals.append(Arrival(time.monotonic(), path, query_id))
        self.paths[path] += 1
        self.articles += is_article_path(path)
        return self.paths[path]

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        """Return the response of ``/_stats``: ``{"total": n, "paths": {path: count}}``."""
        return {"total": self.paths.total(), "paths": dict(self.paths)}


def traffic_middleware(
    traffic: Traffic, ordinals: Mapping[str, int], latency_ms: float, faults: Sequence[ChosenFault]
) -> Middleware:
    """Return the middleware that records, waits *latency_ms* and applies *faults* in their order."""

    @web.middleware
    async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == STATS_PATH:
            return await handler(request)
        nth = traffic.record(request.path, request.query.get("id", ""))
        nth_article = traffic.articles if is_article_path(request.path) else 0
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        response = await handler(request)
        if not isinstance(response, web.Response):
            return response
        ordinal = ordinals.get(requested_article(request), 0) if nth_article else 0
        return with_faults(Exchange(request, response, nth, ordinal, nth_article), faults)

    return pass_through


def with_faults(exchange: Exchange, faults: Sequence[ChosenFault]) -> web.Response:
    """Apply *faults* in their order. A raw response is not altered by later faults."""
    for fault in faults:
        if isinstance(exchange.response, RawResponse):
            break
        exchange = replace(exchange, response=fault(exchange))
    return exchange.response
