"""Symbols of securities as market codes."""

from __future__ import annotations

import pytest

from finews_crawler.sources.eastmoney_web.symbols import market_codes


@pytest.mark.parametrize(
    ("symbol", "codes"),
    [
        ("600050.SH", ["1.600050"]),
        (" 600050.sh ", ["1.600050"]),
        ("SH600050", ["1.600050"]),
        ("000001.SZ", ["0.000001"]),
        ("sz000001", ["0.000001"]),
        ("920002.BJ", ["0.920002"]),
        ("00700.HK", ["116.00700"]),
        ("700.HK", ["116.00700"]),
        ("NIO.US", ["105.NIO", "106.NIO", "107.NIO"]),
        ("nvda.nasdaq", ["105.NVDA"]),
        ("BRK_B.NYSE", ["106.BRK_B"]),
        ("BK0493", ["90.BK0493"]),
        ("90.BK0493", ["90.BK0493"]),
        ("1.600050", ["1.600050"]),
        ("105.NVDA", ["105.NVDA"]),
    ],
)
def test_market_codes_of_symbols(symbol: str, codes: list[str]) -> None:
    assert list(market_codes(symbol)) == codes


@pytest.mark.parametrize(
    "symbol",
    [
        "",
        "600050",
        "60005.SH",
        "600050.XX",
        "700700.HK",
        "NIO",
        "1.US",
        "2.600050",
        "１.600050",
        "600050.SH&type=2",
        "BK49",
    ],
)
def test_other_texts_are_no_symbols(symbol: str) -> None:
    with pytest.raises(ValueError, match="must be a symbol such as "):
        market_codes(symbol)


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("600050", "600050.SH"),
        ("688981", "688981.SH"),
        ("900901", "900901.SH"),
        ("000001", "000001.SZ"),
        ("200596", "200596.SZ"),
        ("300750", "300750.SZ"),
        ("430047", "430047.BJ"),
        ("920002", "920002.BJ"),
    ],
)
def test_a_code_without_its_exchange_gets_a_suggestion(code: str, symbol: str) -> None:
    with pytest.raises(ValueError, match=rf"got '{code}'; did you mean {symbol}\?$"):
        market_codes(code)
    assert market_codes(symbol)


@pytest.mark.parametrize("code", ["60005", "6000500", "100050", "NIO", "60005X"])
def test_what_no_share_has_gets_none(code: str) -> None:
    with pytest.raises(ValueError, match=rf"got '{code}'$"):
        market_codes(code)
