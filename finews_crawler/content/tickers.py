"""Symbols of the securities and boards in ``data-code`` attributes.

Source: upstream.md, "Body HTML, as seen", for the formats and market numbers. Upstream's spelling of a code differs by
market and by age of the mark-up. Here each security has one symbol, ``CODE.EXCHANGE``, and a board has its code.
"""

from __future__ import annotations

import re
from typing import Literal

Source = Literal["kline", "inline"]

# 1, 0, 106 and 90 occur in bodies; the others are commonly known.
MARKETS = {"1": "SH", "0": "SZ", "105": "US", "106": "US", "107": "US", "116": "HK"}
BOARD = "90"
# A chart of prices by day (K) or of one day (R); _UI is the kind of an index.
KLINE_CODE = re.compile(r"(?:[KR] )?(?P<code>[\w.]+)\|(?P<market>\d+)\|(?:\d*\|?|_UI)", re.ASCII)
INLINE_CODE = re.compile(r"(?P<market>\d+), ?(?P<code>[\w.]+)", re.ASCII)
BARE_CODE = re.compile(r"(?P<code>\d{5,6}|BK\d{4})", re.ASCII | re.IGNORECASE)
# Newer mark-up has a bare code, and its market only in another attribute: id="stock_0.002353", href="…/r/0.002353".
MARKET_BEFORE_CODE = re.compile(r"(?:^|[/_])(?P<market>\d+)\.(?P<code>[\w.]+)$", re.ASCII)

# The exchange by the first digits of a mainland code without market; the longest match wins.
EXCHANGES = {
    "SH": ("5", "6", "9"),  # funds, shares, B shares
    "SZ": ("0", "1", "2", "3"),  # shares, funds, B shares, ChiNext
    "BJ": ("4", "8", "92"),
}
# Upstream gives Beijing's codes the market number of Shenzhen, which has no such codes.
BEIJING_CODE = re.compile(r"(?:[48]\d|92)\d{4}", re.ASCII)
LONGEST_NUMBER = 5
"""Digits of a code in Hong Kong."""
PREFIXED = re.compile(r"(?P<exchange>SH|SZ|BJ)(?P<code>[0-9]{6})", re.ASCII)
SUFFIXED = re.compile(r"(?P<code>[\w.]+)\.(?P<exchange>SH|SZ|BJ|HK|US|NASDAQ|NYSE|AMEX)", re.ASCII)
AMERICAN = ("US", "NASDAQ", "NYSE", "AMEX")
MARKET_CODE = re.compile(r"(?P<market>0|1|90|105|106|107|116)\.(?P<code>[\w.]+)", re.ASCII)


def symbol_of(data_code: str, *addresses: str) -> tuple[str, Source] | None:
    """Return the symbol in a ``data-code`` and its source, ``kline`` or ``inline``; None for an unknown format.

    *addresses*: ``href`` and ``id`` of the elements around it, which may contain the market of a bare code.

    >>> symbol_of("600050|1|1"), symbol_of("K NIO|106|7")
    (('600050.SH', 'kline'), ('NIO.US', 'kline'))
    >>> symbol_of("1,600160"), symbol_of("90,BK0493"), symbol_of("116,00700"), symbol_of("106,BRK_A")
    (('600160.SH', 'inline'), ('BK0493', 'inline'), ('00700.HK', 'inline'), ('BRK.A.US', 'inline'))
    >>> symbol_of("002353"), symbol_of("000001", "http://quote.eastmoney.com/r/1.000001")
    (('002353.SZ', 'inline'), ('000001.SH', 'inline'))
    >>> symbol_of("8,IF2206"), symbol_of("R DJIA|100|_UI")
    (('IF2206.8', 'inline'), ('DJIA.100', 'kline'))
    """
    text = data_code.strip()
    if found := KLINE_CODE.fullmatch(text):
        return _symbol(found["code"], found["market"]), "kline"
    if found := INLINE_CODE.fullmatch(text):
        return _symbol(found["code"], found["market"]), "inline"
    for found in map(MARKET_BEFORE_CODE.search, addresses):
        if found and found["code"] == text:
            return _symbol(text, found["market"]), "inline"
    return (_bare_symbol(text.upper()), "inline") if BARE_CODE.fullmatch(text) else None


def symbol_meant(text: str) -> str:
    """Return the symbol that a person spells in one of the ways of ``crawl security``; other text in capitals.

    >>> symbol_meant(" sh600050"), symbol_meant("1.600050"), symbol_meant("0.430047"), symbol_meant("700.hk")
    ('600050.SH', '600050.SH', '430047.BJ', '00700.HK')
    >>> symbol_meant("NIO.NYSE"), symbol_meant("BRK_A.US"), symbol_meant("90.BK0493"), symbol_meant("600050")
    ('NIO.US', 'BRK.A.US', 'BK0493', '600050')
    """
    text = text.strip().upper()
    if found := PREFIXED.fullmatch(text):
        return f"{found['code']}.{found['exchange']}"
    if found := SUFFIXED.fullmatch(text):
        if found["exchange"] in AMERICAN:
            return f"{found['code'].replace('_', '.')}.US"
        return _symbol(found["code"], NUMBERS["HK"]) if found["exchange"] == "HK" else text
    found = MARKET_CODE.fullmatch(text)
    return _symbol(found["code"], found["market"]) if found else text


QUOTE_PAGES = "https://quote.eastmoney.com"
NUMBERS = {"SH": "1", "SZ": "0", "BJ": "0", "HK": "116"}
"""Upstream's market number by exchange; the United States have three (see ``MARKETS``)."""


def quote_url(symbol: str) -> str:
    """Return the address of upstream's page with the quotes of a symbol; '' if there is none.

    Source: the links around tickers in bodies; the page of an American security is commonly known.

    >>> quote_url("600160.SH"), quote_url("BK0493")
    ('https://quote.eastmoney.com/unify/r/1.600160', 'https://quote.eastmoney.com/unify/r/90.BK0493')
    >>> quote_url("BRK.A.US"), quote_url("IF2206.8"), quote_url("123.CN")
    ('https://quote.eastmoney.com/us/BRK_A.html', 'https://quote.eastmoney.com/unify/r/8.IF2206', '')
    """
    code, _, exchange = symbol.rpartition(".")
    if exchange == "US":
        return f"{QUOTE_PAGES}/us/{code.replace('.', '_')}.html"
    number = BOARD if not code else NUMBERS.get(exchange, exchange)
    return f"{QUOTE_PAGES}/unify/r/{number}.{code or exchange}" if number.isdecimal() else ""


def _symbol(code: str, market: str) -> str:
    """Return the symbol. Any other market number becomes its suffix: a guess could be wrong, and an index of a foreign
    exchange (100) is no security."""
    code = code.upper()
    exchange = MARKETS.get(market, market)
    if market == BOARD:
        return code
    if exchange == "HK":
        code = code.zfill(LONGEST_NUMBER)
    elif exchange == "US":
        code = code.replace("_", ".")  # upstream's addresses write BRK_A for what the exchange calls BRK.A
    elif exchange == "SZ" and BEIJING_CODE.fullmatch(code):
        exchange = "BJ"
    return f"{code}.{exchange}"


def _bare_symbol(code: str) -> str:
    if code.startswith("BK"):
        return code
    if len(code) == LONGEST_NUMBER:
        return f"{code}.HK"
    fitting = [(len(digits), name) for name, begun in EXCHANGES.items() for digits in begun if code.startswith(digits)]
    return f"{code}.{max(fitting)[1]}" if fitting else f"{code}.CN"
