"""Tickers in a body's mark-up. Source: upstream.md, "Body HTML, as seen": every shape of ``data-code``."""

from __future__ import annotations

import re

from parsel import Selector

from finews_crawler.items import Ticker

# Upstream's market numbers. 1, 0, 106 and 90 are seen in bodies; the rest is common knowledge.
MARKETS = {"1": "SH", "0": "SZ", "105": "US", "106": "US", "107": "US", "116": "HK"}
KLINE_CODE = re.compile(r"(?:K )?(?P<code>[\w.]+)\|(?P<market>\d+)\|\d*\|?", re.ASCII)
INLINE_CODE = re.compile(r"(?P<market>\d+),(?P<code>[\w.]+)", re.ASCII)
BARE_CODE = re.compile(r"\d{6}", re.ASCII)
BOARD = "90"
# The exchange by the first digit of a mainland code, for the newer mark-up that omits the market.
EXCHANGES = {"SH": "569", "SZ": "0123", "BJ": "48"}
EXCHANGE_OF_FIRST_DIGIT = {digit: exchange for exchange, digits in EXCHANGES.items() for digit in digits}


def symbol_of(data_code: str) -> tuple[str, str] | None:
    """The symbol that a ``data-code`` names, and where it stands; None when it is in no known shape.

    >>> symbol_of("600050|1|1"), symbol_of("NIO|106|7")
    (('600050.SH', 'kline'), ('NIO.US', 'kline'))
    >>> symbol_of("1,600160"), symbol_of("90,BK0493"), symbol_of("002353")
    (('600160.SH', 'inline'), ('BK0493', 'inline'), ('002353.SZ', 'inline'))
    >>> symbol_of("8,IF2206")
    ('IF2206.8', 'inline')
    """
    text = data_code.strip()
    for shape, source in ((KLINE_CODE, "kline"), (INLINE_CODE, "inline")):
        found = shape.fullmatch(text)
        if found:
            return _symbol(found["code"], found["market"]), source
    if BARE_CODE.fullmatch(text):
        return f"{text}.{_exchange(text)}", "inline"
    return None


def _exchange(code: str) -> str:
    """The exchange of a mainland code: Beijing's newer ones begin with 92, Shanghai's B shares with 90."""
    return "BJ" if code.startswith("92") else EXCHANGE_OF_FIRST_DIGIT.get(code[0], "CN")


def _symbol(code: str, market: str) -> str:
    """An unknown market number stays visible in the symbol rather than being guessed."""
    return code if market == BOARD else f"{code}.{MARKETS.get(market, market)}"


def extract_tickers(*bodies: str) -> list[Ticker]:
    """The tickers that *bodies* name, each once, in the order of their first mention.

    >>> extract_tickers('<p><span id="stock_1.600160"><a href="#" data-code="1,600160">巨化股份</a></span></p>')
    [Ticker(symbol='600160.SH', name='巨化股份', source='inline')]
    """
    found: dict[tuple[str, str], Ticker] = {}
    for body in bodies:
        if "data-code" not in body:
            continue
        for element in Selector(text=body, type="html").css("[data-code]"):
            # Not by element.attrib, which raises when any of its names holds a control character.
            named = symbol_of(element.root.get("data-code"))
            if named:
                # Not all text below it: of spans that nobody closed, each holds all that follow.
                name = "".join(element.xpath("text() | */text()").getall()).strip()
                found.setdefault(named, Ticker(named[0], name, named[1]))
    return list(found.values())


def extract_images(*bodies: str) -> list[str]:
    """The addresses of the images in *bodies*, each once.

    >>> extract_images('<center><img src="https://dfscdn.dfcfw.com/download/D1_w800h555.jpg" alt="Image" /></center>')
    ['https://dfscdn.dfcfw.com/download/D1_w800h555.jpg']
    """
    found: dict[str, None] = {}
    for body in bodies:
        if "<img" in body:
            found.update(dict.fromkeys(Selector(text=body, type="html").css("img::attr(src)").getall()))
    return list(found)
