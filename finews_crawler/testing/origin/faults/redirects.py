"""Redirects that a client must not follow: to another network, a file or another port, or in circles."""

from __future__ import annotations

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import fault


@fault("redirect-private", on=Exchange.is_article)
def redirect_private(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to the same path on 10.0.0.1, a private address"""
    return redirect(str(exchange.request.url.with_host("10.0.0.1").with_port(None)))


@fault("redirect-metadata", on=Exchange.is_article)
def redirect_metadata(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to the link-local address where clouds keep credentials"""
    return redirect("http://169.254.169.254/latest/meta-data/")


@fault("redirect-file", on=Exchange.is_article)
def redirect_file(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to a file of the client's own machine"""
    return redirect("file:///etc/passwd")


@fault("redirect-port", on=Exchange.is_article)
def redirect_port(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to port 1 of the same host"""
    return redirect(str(exchange.request.url.with_port(1)))  # tcpmux, which no host serves


@fault("redirect-loop", on=Exchange.is_article)
def redirect_loop(exchange: Exchange, _: int) -> web.Response:
    """every article redirects to itself, each time with a new URL"""
    return redirect(str(exchange.request.rel_url.update_query(hop=exchange.nth)))


def redirect(location: str) -> web.Response:
    return web.Response(status=302, headers={"Location": location})
