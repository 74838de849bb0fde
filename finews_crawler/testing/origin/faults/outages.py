"""Server errors: 503 from one site or from all, once or permanently."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import Number, fault


@fault("share-down", on=Exchange.is_share)
def share_down(exchange: Exchange, _: int) -> web.Response:
    """503 from the share site"""
    return web.Response(status=503)


@fault("archive-down", on=Exchange.is_archive)
def archive_down(exchange: Exchange, _: int) -> web.Response:
    """503 from the archive site"""
    return web.Response(status=503)


@fault("channels-down", on=Exchange.is_list)
def channels_down(exchange: Exchange, _: int) -> web.Response:
    """503 from the channels"""
    return web.Response(status=503)


@fault("5xx-once", on=Exchange.is_first)
def server_error_once(exchange: Exchange, _: int) -> web.Response:
    """503 for the first request of each path"""
    return web.Response(status=503)


@fault("503-wait", Number(1, least=0), on=Exchange.is_first)
def unavailable_for_a_while(exchange: Exchange, seconds: int) -> web.Response:
    """503 and Retry-After 1, or N as 503-wait=N, for the first request of each path"""
    return web.Response(status=503, headers={"Retry-After": str(seconds)})


@fault("503-storm", Number(0, least=0), on=Exchange.is_article)
def storm(exchange: Exchange, after: int) -> web.Response:
    """503 without Retry-After for every article, or, as 503-storm=N, for all after N answers"""
    return web.Response(status=503) if exchange.nth_article > after else exchange.response
