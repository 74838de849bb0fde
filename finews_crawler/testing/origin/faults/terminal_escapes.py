"""Terminal escapes in everything that a log may show: titles, outlets, and the status line and headers of HTTP."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from finews_crawler.testing.origin.exchange import Exchange
from finews_crawler.testing.origin.faults.base import fault
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.raw_response import RawResponse, head

# Clear the screen, set the window's title; in a header, no BEL and nothing beyond ASCII is needed to do harm.
CLEAR = "\x1b[2J"
ESCAPES = f"{CLEAR}\x1b]0;pwned\x07\x9b31m\r"
SHOWN = ("title", "simtitle", "from", "medianame", "Art_Title", "Art_SimTitle", "Art_Media_Name")
# Raw responses by the number of the article request that they replace.
MESSAGES = {
    3: head(f"503 Busy{CLEAR}", {"Retry-After": f"{CLEAR}1", "Content-Length": "0"}),
    6: head(f"404 Gone{CLEAR}", {"Content-Length": "0"}),
    9: head("302 Found", {"Location": f"/{CLEAR}", "Content-Length": "0"}),
}


@fault("terminal", on=Exchange.is_json)
def terminal(exchange: Exchange, _: int) -> web.Response:
    """terminal escapes in titles and outlets, and in the status line or headers of the 3rd, 6th and 9th article"""
    if exchange.nth_article in MESSAGES:
        return RawResponse([MESSAGES[exchange.nth_article]])
    return exchange.with_body(to_json(coloured(exchange.json_object())))


def coloured(value: Any) -> Any:
    r"""Return *value* with escapes in front of every title and outlet in it.

    >>> coloured({"nodeList": [{"infocode": "NW1", "from": ""}]})
    {'nodeList': [{'infocode': 'NW1', 'from': '\x1b[2J\x1b]0;pwned\x07\x9b31m\r'}]}
    """
    if isinstance(value, list):
        return [coloured(row) for row in value]
    if not isinstance(value, dict):
        return value
    return {key: f"{ESCAPES}{text}" if key in SHOWN else coloured(text) for key, text in value.items()}
