"""Every request passes here: counted, delayed, answered, and then spoilt by the faults that were chosen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from finews_crawler.origin.exchange import ROBOTS_PATH, STATS_PATH, Exchange
from finews_crawler.origin.faults import Fault


@dataclass(slots=True)
class Traffic:
    """How often each path was asked for, without its query; ``/_stats`` itself is not counted."""

    paths: Counter[str] = field(default_factory=Counter)

    def count(self, path: str) -> int:
        """Count one request for *path* and return how many there have been."""
        self.paths[path] += 1
        return self.paths[path]

    def as_dict(self) -> dict[str, int | dict[str, int]]:
        """Return what ``/_stats`` says.

        >>> Traffic(Counter({"/": 2, "/feed.xml": 1})).as_dict()
        {'total': 3, 'paths': {'/': 2, '/feed.xml': 1}}
        """
        paths = dict(self.paths)
        return {"total": sum(paths.values()), "paths": paths}


def traffic_middleware(
    traffic: Traffic, ordinals: Mapping[str, int], latency_ms: float, faults: Sequence[Fault]
) -> Middleware:
    """Return the middleware that counts, waits *latency_ms* and applies *faults* in their order."""

    @web.middleware
    async def pass_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == STATS_PATH:
            return await handler(request)
        nth = traffic.count(request.path)
        if latency_ms:
            await asyncio.sleep(latency_ms / 1000)
        response = await handler(request)
        if not faults or request.path == ROBOTS_PATH or not isinstance(response, web.Response):
            return response
        for fault in faults:
            response = fault(Exchange(request.path, response, nth, ordinals.get(request.query.get("id", ""), 0)))
        return response

    return pass_through
