"""The origin as one aiohttp application: every source at the root of one port, since no two paths meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pkgutil import resolve_name

from aiohttp import web

from finews_crawler.sources import SOURCES
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import PUBLISHED, Clock, Published
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
    traffic = Traffic()
    ordinals = {article.info_code: place for place, article in enumerate(articles, start=1)}
    app = web.Application(middlewares=[traffic_middleware(traffic, ordinals, latency_ms, faults)])
    app[PUBLISHED], app[TRAFFIC], app[LIVE] = Published(articles, recorded or {}, clock), traffic, set()
    app.on_shutdown.append(hang_up)
    app.router.add_get(ROBOTS_PATH, robots)
    app.router.add_get(STATS_PATH, stats)
    for source in SOURCES:
        if source.mock:
            resolve_name(source.mock)(app)
    return app


async def robots(_: web.Request) -> web.Response:
    return web.Response(text="User-agent: *\nDisallow:\n")


async def stats(request: web.Request) -> web.Response:
    return web.json_response(request.app[TRAFFIC].as_dict())
