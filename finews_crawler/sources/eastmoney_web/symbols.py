"""Symbols of securities, ``600050.SH``, as Eastmoney's market codes, ``1.600050``.

Source of the numbers: mark-up of articles (upstream.md, "Body HTML": 1, 0, 106, 90), ``stockList`` of the 7×24 list
(105, 116), and public programs, which agree on 0 for Beijing and 107 for NYSE American.
"""

from __future__ import annotations

import re

MARKETS = {
    "SH": ("1",),
    "SZ": ("0",),
    "BJ": ("0",),
    "HK": ("116",),
    # A symbol does not name its exchange: all three are requested, and two of them have no news of it.
    "US": ("105", "106", "107"),
    "NASDAQ": ("105",),
    "NYSE": ("106",),
    "AMEX": ("107",),
}
"""Numbers of the markets by the suffix of a symbol."""
CODES = {"SH": r"[0-9]{6}", "SZ": r"[0-9]{6}", "BJ": r"[0-9]{6}", "HK": r"[0-9]{1,5}"}
FOREIGN_CODE = r"[A-Z][A-Z0-9_]{0,9}"
SYMBOL = re.compile(r"(?P<code>[A-Z0-9_]{1,10})\.(?P<market>[A-Z]{2,6})", re.ASCII)
PREFIXED = re.compile(r"(?P<market>SH|SZ|BJ)(?P<code>[0-9]{6})", re.ASCII)
BOARD = re.compile(r"BK[0-9]{4}", re.ASCII)
MARKET_CODE = re.compile(rf"[01]\.[0-9]{{6}}|90\.BK[0-9]{{4}}|10[567]\.{FOREIGN_CODE}|116\.[0-9]{{5}}", re.ASCII)
SHARE_CODE = re.compile(r"(?=[0-9]{6}\Z)(?:(?P<SH>6|90)|(?P<SZ>0|20|3)|(?P<BJ>4|8|92))[0-9]+", re.ASCII)
"""The code of a share without its exchange, as people type it: its first digits tell the exchange."""
BOARDS = "90"
EXAMPLES = "600050.SH, 000001.SZ, 00700.HK, NIO.US, BK0493 or 1.600050"


def market_codes(symbol: str) -> tuple[str, ...]:
    """Return the market codes of a symbol: one, or those of all exchanges that it may be on.

    A board is ``BK0493``; a market code is returned as it is. Raises ValueError for anything else.

    >>> market_codes("600050.SH"), market_codes("sz000001"), market_codes("700.HK"), market_codes("BK0493")
    (('1.600050',), ('0.000001',), ('116.00700',), ('90.BK0493',))
    >>> market_codes("NIO.US"), market_codes("NIO.NYSE")
    (('105.NIO', '106.NIO', '107.NIO'), ('106.NIO',))
    >>> market_codes("NIO")
    Traceback (most recent call last):
    ...
    ValueError: must be a symbol such as 600050.SH, 000001.SZ, 00700.HK, NIO.US, BK0493 or 1.600050, got 'NIO'
    """
    text = symbol.strip().upper()
    if MARKET_CODE.fullmatch(text):
        return (text,)
    if BOARD.fullmatch(text):
        return (f"{BOARDS}.{text}",)
    found = SYMBOL.fullmatch(text) or PREFIXED.fullmatch(text)
    code, market = (found["code"], found["market"]) if found else ("", "")
    if market not in MARKETS or not re.fullmatch(CODES.get(market, FOREIGN_CODE), code, re.ASCII):
        raise ValueError(f"must be a symbol such as {EXAMPLES}, got {symbol[:40]!r}{_share_with(text)}")
    return tuple(f"{number}.{code.zfill(5) if market == 'HK' else code}" for number in MARKETS[market])


def _share_with(code: str) -> str:
    """Return the suggestion of the share with this code, '' for anything else.

    >>> [_share_with(code) for code in ("000001", "920002", "60005", "NIO")]
    ['; did you mean 000001.SZ?', '; did you mean 920002.BJ?', '', '']
    """
    found = SHARE_CODE.fullmatch(code)
    return f"; did you mean {code}.{found.lastgroup}?" if found else ""
