"""Symbols: every format of data-code gives the same form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.tickers import symbol_of


@pytest.mark.parametrize(
    ("data_code", "symbol"),
    [
        ("600999|1|1", "600999.SH"),
        ("600999|1|2|", "600999.SH"),
        ("600999|1|", "600999.SH"),
        ("K 600999|1|1", "600999.SH"),
        ("K 600999|1|2|", "600999.SH"),
        ("002999|0|2", "002999.SZ"),
        ("XGH|106|7", "XGH.US"),
        ("XGH.A|106|7", "XGH.A.US"),
        ("XGH|105|7", "XGH.US"),
        ("XGH|107|7", "XGH.US"),
        ("09999|116|3", "09999.HK"),
        ("BK0999|90|2", "BK0999"),
        ("R XGH|105|7", "XGH.US"),
        ("R XGH|105|1|", "XGH.US"),
        # An index of a foreign exchange is no share.
        ("XGI|100|_UI", "XGI.100"),
        ("R XGI|100|_UI", "XGI.100"),
        ("R XGI|100|0|", "XGI.100"),
        (" 600999|1|1 ", "600999.SH"),
        ("xgh|106|7", "XGH.US"),
        ("830999|0|2", "830999.BJ"),
    ],
)
def test_symbol_of_k_line_formats(data_code: str, symbol: str) -> None:
    assert symbol_of(data_code) == (symbol, "kline")


@pytest.mark.parametrize(
    ("data_code", "symbol"),
    [
        ("1,600999", "600999.SH"),
        ("0,002999", "002999.SZ"),
        ("106,XGH", "XGH.US"),
        ("1, 600999", "600999.SH"),
        ("116,09999", "09999.HK"),
        ("116,999", "00999.HK"),
        ("105,xgh", "XGH.US"),
        ("106,XGH.A", "XGH.A.US"),
        ("106,XGH_A", "XGH.A.US"),
        ("90,BK0999", "BK0999"),
        ("90,bk0999", "BK0999"),
        # Funds; an index, whose code is a share's on the other exchange; B shares.
        ("1,510999", "510999.SH"),
        ("0,159999", "159999.SZ"),
        ("1,000999", "000999.SH"),
        ("1,900999", "900999.SH"),
        ("0,200999", "200999.SZ"),
        # Beijing has Shenzhen's number.
        ("0,430999", "430999.BJ"),
        ("0,830999", "830999.BJ"),
        ("0,920999", "920999.BJ"),
        # A market that is not known stays visible.
        ("8,IF2206", "IF2206.8"),
        ("100,HSI", "HSI.100"),
        ("600999", "600999.SH"),
        ("900999", "900999.SH"),
        ("510999", "510999.SH"),
        ("002999", "002999.SZ"),
        ("300999", "300999.SZ"),
        ("159999", "159999.SZ"),
        ("200999", "200999.SZ"),
        ("430999", "430999.BJ"),
        ("830999", "830999.BJ"),
        ("920999", "920999.BJ"),
        ("09999", "09999.HK"),
        ("BK0999", "BK0999"),
        ("700999", "700999.CN"),
    ],
)
def test_symbol_of_inline_formats(data_code: str, symbol: str) -> None:
    assert symbol_of(data_code) == (symbol, "inline")


@pytest.mark.parametrize(
    "data_code",
    [
        "",
        " ",
        "江城重工",
        "6009",
        "6009990",
        "XGH",
        "7:600999",
        "1.600999",
        "600999|",
        "|1|1",
        "600999|1",
        "600999|1|_",
        "600999|1|_UI|",
        "600999|1|UI",
        "X 600999|1|1",
        "600999|SH|1",
        "1,",
        ",600999",
        "a,b",
    ],
)
def test_symbol_of_unknown_formats_is_none(data_code: str) -> None:
    assert symbol_of(data_code) is None


@pytest.mark.parametrize(
    ("addresses", "symbol"),
    [
        (("http://quote.eastmoney.com/r/1.000999",), "000999.SH"),
        (("", "stock_1.000999"), "000999.SH"),
        (("", "bk_90.000999"), "000999"),
        # It does not apply to another code.
        (("http://quote.eastmoney.com/r/1.000998", "stock_1.0009"), "000999.SZ"),
        (("http://quote.eastmoney.com/r/1.000999?x=1",), "000999.SZ"),
    ],
)
def test_the_market_of_a_bare_code_comes_from_its_addresses(addresses: tuple[str, ...], symbol: str) -> None:
    assert symbol_of("000999", *addresses) == (symbol, "inline")


def test_the_market_of_a_code_of_letters_comes_from_its_address() -> None:
    assert symbol_of("XGH", "http://quote.eastmoney.com/unify/r/106.XGH") == ("XGH.US", "inline")


@given(data_code=st.text() | st.text("K 0159|,.BKa", max_size=14))
def test_symbol_of_never_raises(data_code: str) -> None:
    named = symbol_of(data_code)
    assert named is None or (named[0] and named[1] in {"kline", "inline"})


@given(code=st.from_regex(r"\A[A-Z0-9]{1,6}\Z"), market=st.integers(0, 999))
def test_both_formats_give_the_same_symbol(code: str, market: int) -> None:
    kline, inline = symbol_of(f"{code}|{market}|1"), symbol_of(f"{market},{code}")
    assert kline is not None
    assert inline is not None
    assert kline[0] == inline[0]
