"""Routes of Eastmoney's public web surfaces: lists, and articles."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources.eastmoney_web import columns, fast, fast_js, pc, security
from finews_crawler.testing.origin import web_articles, web_category_pages, web_pages
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import json_response
from finews_crawler.testing.origin.json_encoding import to_json

LIVES = r"/kuaixun/v1/getlist_{column:\d+}_{variable:\w+?}_{size:\d{1,6}}_{page:\d{1,6}}_.html"
NO_SYMBOL = "Required String parameter 'mTypeAndCode' is not present"


def add_routes(app: web.Application) -> None:
    """Add every web surface to the origin."""
    app.router.add_get(urlsplit(columns.PATH).path, column_list)
    app.router.add_get(urlsplit(fast.PATH).path, fast_list)
    app.router.add_get(LIVES, lives)
    app.router.add_get(urlsplit(pc.PATH).path, pc_list)
    app.router.add_get(urlsplit(security.PATH).path, security_list)
    web_articles.add_routes(app)
    web_pages.add_routes(app)
    web_category_pages.add_routes(app)


async def column_list(request: web.Request) -> web.Response:
    """Serve a page of a column."""
    return enveloped(request, dataset_of(request).web_lists.column_page(request.query))


async def fast_list(request: web.Request) -> web.Response:
    """Serve the 7×24 list behind a cursor; without ``req_trace`` it is refused."""
    if not request.query.get("req_trace"):
        return web.Response(status=403)
    return enveloped(request, dataset_of(request).web_lists.fast_page(request.query))


async def lives(request: web.Request) -> web.Response:
    """Serve a page of the older 7×24 list as JavaScript; other columns than the whole list are empty."""
    asked = request.match_info
    is_whole = asked["column"] == "102"
    rows = dataset_of(request).web_lists.live_page(int(asked["size"]), int(asked["page"])) if is_whole else []
    body = to_json({"rc": 1, "me": "操作成功", fast_js.LIST_KEY: rows})
    script = f"var {asked['variable']}=".encode() + body + b";"
    return web.Response(body=script, content_type="text/html", charset="utf-8")


async def pc_list(request: web.Request) -> web.Response:
    return json_response(to_json({pc.LIST_KEY: dataset_of(request).web_lists.pc_page(request.query)}))


async def security_list(request: web.Request) -> web.Response:
    """Serve a page of a security's news; a request without a security gets a message and no data."""
    if "mTypeAndCode" not in request.query:
        return json_response(to_json({"code": -1, "message": NO_SYMBOL, "data": None}))
    data = dataset_of(request).web_lists.security_page(request.query)
    return wrapped(request, {"code": 1, "message": "success", "data": data})


def enveloped(request: web.Request, data: dict[str, object]) -> web.Response:
    """Return *data* in upstream's envelope."""
    trace = request.query.get("req_trace", "")
    return wrapped(request, {"req_trace": trace, "code": "1", "message": "success", "data": data})


def wrapped(request: web.Request, answer: dict[str, object]) -> web.Response:
    """Return JSON, or JSONP for a request that names a callback."""
    body, callback = to_json(answer), request.query.get("callback")
    return json_response(f"{callback}(".encode() + body + b");" if callback else body)
