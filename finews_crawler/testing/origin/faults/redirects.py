"""Redirects that a client must not follow: to another network, a file or another port, or in circles."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import fault, on_articles

PRIVATE_ADDRESS = "10.0.0.1"
METADATA = "http://169.254.169.254/latest/meta-data/"
FILE = "file:///etc/passwd"
# tcpmux, which no host serves.
OTHER_PORT = 1


@fault("redirect-private")
@on_articles
def redirect_private(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to the same path on 10.0.0.1, a private address"""
    return redirect(str(exchange.request.url.with_host(PRIVATE_ADDRESS).with_port(None)))


@fault("redirect-metadata")
@on_articles
def redirect_metadata(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to the link-local address where clouds keep credentials"""
    return redirect(METADATA)


@fault("redirect-file")
@on_articles
def redirect_file(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to a file of the client's own machine"""
    return redirect(FILE)


@fault("redirect-port")
@on_articles
def redirect_port(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to port 1 of the same host"""
    return redirect(str(exchange.request.url.with_port(OTHER_PORT)))


@fault("redirect-loop")
@on_articles
def redirect_loop(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to itself, each time with a new URL"""
    return redirect(str(exchange.request.rel_url.update_query(hop=exchange.nth)))


def redirect(location: str) -> web.Response:
    """Return a redirect (302) to *location*."""
    return web.Response(status=302, headers={"Location": location})
