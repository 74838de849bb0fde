"""The origin as one aiohttp application: every surface at the root of one port, since no two paths meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from finews_crawler.testing.origin.archive_site import (
    category_of,
    category_page,
    feed_xml,
    home_page,
    layout,
    post_page,
)
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.channel_api import list_json
from finews_crawler.testing.origin.dataset import Clock, Dataset, Published, ordinals
from finews_crawler.testing.origin.exchange import (
    CHANNEL_PATHS,
    JSON_TYPE,
    NEWS_TEXT_PATH,
    ROBOTS_PATH,
    SHARE_PATH,
    STATS_PATH,
)
from finews_crawler.testing.origin.faults.registry import ChosenFault
from finews_crawler.testing.origin.middleware import Traffic, traffic_middleware
from finews_crawler.testing.origin.raw_response import LIVE, hang_up
from finews_crawler.testing.origin.share_site import SHARE_PAGE

PUBLISHED: web.AppKey[Published] = web.AppKey("published", Published)
TRAFFIC: web.AppKey[Traffic] = web.AppKey("traffic", Traffic)


def build_app(
    articles: Sequence[OriginArticle],
    recorded: Mapping[str, bytes] | None = None,
    latency_ms: float = 0,
    faults: Sequence[ChosenFault] = (),
    clock: Clock | None = None,
) -> web.Application:
    """Return the origin of *articles*, newest first.

    *recorded* maps an infoCode to the exact bytes of its GetNewsText answer; *latency_ms* precedes every answer; by
    *clock*, what is dated later is not there yet.
    """
    published, traffic = Published(articles, recorded or {}, clock), Traffic()
    app = web.Application(middlewares=[traffic_middleware(traffic, ordinals(articles), latency_ms, faults)])
    app[PUBLISHED], app[TRAFFIC], app[LIVE] = published, traffic, set()
    app.on_shutdown.append(hang_up)
    app.router.add_get(NEWS_TEXT_PATH, news_text)
    app.router.add_get(SHARE_PATH, share_page)
    for path in CHANNEL_PATHS.values():
        app.router.add_get(path, channel_list)
    app.router.add_get(ROBOTS_PATH, robots)
    app.router.add_get(STATS_PATH, stats)
    app.router.add_get("/feed.xml", feed)
    app.router.add_get("/{path:.*}", archive_page)
    return app


def holdings_of(request: web.Request) -> Dataset:
    """What is out at the time of *request*."""
    return request.app[PUBLISHED].holdings


async def news_text(request: web.Request) -> web.Response:
    """One article as JSON."""
    return json_response(holdings_of(request).news_text(request.query.get("id", "")))


async def share_page(_: web.Request) -> web.Response:
    """The shell; the same for every article."""
    return web.Response(body=SHARE_PAGE, content_type="text/html", charset="utf-8")


async def channel_list(request: web.Request) -> web.Response:
    """A channel's list. There are few of them, so each is written once."""
    holdings, query = holdings_of(request), dict(request.query)
    parameter = next(name for name, path in CHANNEL_PATHS.items() if path == request.path)
    key = f"{parameter}={query.get(parameter)}&count={query.get('count')}"
    if key not in holdings.rendered:
        holdings.rendered[key] = list_json(holdings.shelves, parameter, query)
    return json_response(holdings.rendered[key])


async def archive_page(request: web.Request) -> web.Response:
    """A page of the archive: home, a category, a post, or 404."""
    holdings, path = holdings_of(request), request.path
    page = holdings.rendered.get(path) or render_archive(holdings, path)
    if page and (path == "/" or category_of(path)):
        holdings.rendered[path] = page  # posts are many, and each is read once
    return html_response(page)


def render_archive(holdings: Dataset, path: str) -> bytes | None:
    """Return the page at the decoded *path*, or None where there is none."""
    category = category_of(path)
    if path == "/":
        page: str | None = home_page(holdings.archive)
    elif category:
        page = category_page(holdings.archive, category)
    else:
        page = post_page(holdings.archive, path)
    return None if page is None else page.encode("utf-8", "replace")


async def feed(request: web.Request) -> web.Response:
    """The Atom feed."""
    return web.Response(body=feed_xml(holdings_of(request).archive), content_type="application/xml", charset="utf-8")


async def robots(_: web.Request) -> web.Response:
    """Everything is allowed."""
    return web.Response(text="User-agent: *\nDisallow:\n")


async def stats(request: web.Request) -> web.Response:
    """How often each path was asked for."""
    return web.json_response(request.app[TRAFFIC].as_dict())


def json_response(body: bytes) -> web.Response:
    """Answer with JSON that is bytes already."""
    return web.Response(body=body, content_type=JSON_TYPE, charset="utf-8")


def html_response(page: bytes | None) -> web.Response:
    """Answer with *page*, or with 404 where there is none."""
    status, body = (200, page) if page is not None else (404, layout("404", "<h1>404</h1>").encode())
    return web.Response(status=status, body=body, content_type="text/html", charset="utf-8")
