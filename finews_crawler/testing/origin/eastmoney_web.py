"""Routes of Eastmoney's public web surfaces: columns, the 7×24 list, and articles."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources.eastmoney_web import columns, fast
from finews_crawler.testing.origin import web_articles, web_pages
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import json_response
from finews_crawler.testing.origin.json_encoding import to_json


def add_routes(app: web.Application) -> None:
    """Add every web surface to the origin."""
    app.router.add_get(urlsplit(columns.PATH).path, column_list)
    app.router.add_get(urlsplit(fast.PATH).path, fast_list)
    web_articles.add_routes(app)
    web_pages.add_routes(app)


async def column_list(request: web.Request) -> web.Response:
    """Serve a page of a column."""
    return enveloped(request, dataset_of(request).web_lists.column_page(request.query))


async def fast_list(request: web.Request) -> web.Response:
    """Serve the 7×24 list behind a cursor; without ``req_trace`` it is refused."""
    if not request.query.get("req_trace"):
        return web.Response(status=403)
    return enveloped(request, dataset_of(request).web_lists.fast_page(request.query))


def enveloped(request: web.Request, data: dict[str, object]) -> web.Response:
    """Return *data* in upstream's envelope, as JSONP for a request that names a callback."""
    trace = request.query.get("req_trace", "")
    body = to_json({"req_trace": trace, "code": "1", "message": "success", "data": data})
    callback = request.query.get("callback")
    return json_response(f"{callback}(".encode() + body + b");" if callback else body)
