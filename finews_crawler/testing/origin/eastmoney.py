"""Routes of Eastmoney's surfaces: the share site and the channels."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.testing.origin.channel_api import list_json
from finews_crawler.testing.origin.dataset import dataset_of
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH, SHARE_PATH, json_response
from finews_crawler.testing.origin.share_site import SHARE_PAGE


def add_routes(app: web.Application) -> None:
    """Add the share site and every channel to the origin."""
    app.router.add_get(NEWS_TEXT_PATH, news_text)
    app.router.add_get(SHARE_PATH, share_page)
    for path in dict.fromkeys(urlsplit(channel.path).path for channel in CHANNELS.values()):
        app.router.add_get(path, channel_list)


async def news_text(request: web.Request) -> web.Response:
    return json_response(dataset_of(request).news_text(request.query.get("id", "")))


async def share_page(_: web.Request) -> web.Response:
    """Serve the shell; it is the same for every article."""
    return web.Response(body=SHARE_PAGE, content_type="text/html", charset="utf-8")


async def channel_list(request: web.Request) -> web.Response:
    """Serve a channel's list. There are few of them, so each is rendered once."""
    dataset, key = dataset_of(request), request.path_qs
    if key not in dataset.rendered:
        dataset.rendered[key] = list_json(dataset.shelves, request.path, request.query)
    return json_response(dataset.rendered[key])
