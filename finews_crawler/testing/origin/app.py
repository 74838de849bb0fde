"""The origin as one aiohttp application: every source at the root of one port, since no two paths meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pkgutil import resolve_name

from aiohttp import web

from finews_crawler.sources import SOURCES
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import PUBLISHED, Clock, Published, ordinals
from finews_crawler.testing.origin.exchange import ROBOTS_PATH, STATS_PATH
from finews_crawler.testing.origin.faults.registry import ChosenFault
from finews_crawler.testing.origin.middleware import Traffic, traffic_middleware
from finews_crawler.testing.origin.raw_response import LIVE, hang_up

TRAFFIC: web.AppKey[Traffic] = web.AppKey("traffic", Traffic)


def build_app(
    articles: Sequence[OriginArticle],
    recorded: Mapping[str, bytes] | None = None,
    latency_ms: float = 0,
    faults: Sequence[ChosenFault] = (),
    clock: Clock | None = None,
) -> web.Application:
    """Return an application that serves *articles*, newest first, on the surfaces that the sources name as their mocks.

    *recorded* maps an infoCode to the exact bytes of its GetNewsText response; *latency_ms* precedes every response;
    with *clock*, articles dated later are not published yet.
    """
    published, traffic = Published(articles, recorded or {}, clock), Traffic()
    app = web.Application(middlewares=[traffic_middleware(traffic, ordinals(articles), latency_ms, faults)])
    app[PUBLISHED], app[TRAFFIC], app[LIVE] = published, traffic, set()
    app.on_shutdown.append(hang_up)
    app.router.add_get(ROBOTS_PATH, robots)
    app.router.add_get(STATS_PATH, stats)
    for source in SOURCES:
        if source.mock:
            resolve_name(source.mock)(app)
    return app


async def robots(_: web.Request) -> web.Response:
    """Allow everything."""
    return web.Response(text="User-agent: *\nDisallow:\n")


async def stats(request: web.Request) -> web.Response:
    """Serve the number of requests for each path."""
    return web.json_response(request.app[TRAFFIC].as_dict())
