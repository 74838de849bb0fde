"""What each surface sends for an article whose body it does not have."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import EMPTY_BODIES
from finews_crawler.testing.origin.web_pages import NOT_FOUND


def without_bodies(exchange: Exchange) -> web.Response:
    """Return the response of a surface for an article whose body it does not have."""
    if not exchange.is_json():
        return web.Response(status=404, text=NOT_FOUND, content_type="text/html")
    return exchange.with_body(
        to_json(exchange.json_object() | ({"data": None} if exchange.is_web_article() else EMPTY_BODIES))
    )
