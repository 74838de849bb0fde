"""infoCode: one normal form, which is never a path."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.info_code import InfoCodes, info_code_in_url, normalise_info_code, rolling_id
from finews_crawler.exceptions import InvalidInfoCode

CODE = "NW202205180000000001"
DIGITS = "202205180000000001"

codes = st.from_regex(r"\A[A-Z]{2}[0-9]{18}\Z")
spellings = st.from_regex(r"\A[ \t\r\n]*([A-Za-z]{2})?[0-9]{18}[ \t\r\n]*\Z")
likely = st.text("NWnw0123456789/\\. ", max_size=24)
anything = st.text() | likely | st.integers() | st.binary() | st.none() | st.floats()


@pytest.mark.parametrize("spelling", [CODE, CODE.lower(), "nW202205180000000001", DIGITS, int(DIGITS), f" {CODE}\r\n"])
def test_every_spelling_is_normalised_to_the_same_code(spelling: object) -> None:
    assert normalise_info_code(spelling) == CODE


def test_normalise_info_code_keeps_other_prefixes() -> None:
    assert normalise_info_code("ap202205180000000001") == "AP202205180000000001"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "NW",
        None,
        True,
        2.02205180000000001e17,
        DIGITS[:-1],
        f"{DIGITS}0",
        f"N{DIGITS}",
        f"NWX{DIGITS}",
        f"N1{DIGITS}",
        f"../{CODE}",
        f"{CODE}/..",
        f"{CODE}.md",
        f"{CODE}\x00",
        f"NW {DIGITS}",
        f"NW\n{DIGITS}",
        f"{CODE}\n{CODE}",
        "NW２０２２０５１８００００００００００１",
        "NW٢٠٢٢٠٥١٨٠٠٠٠٠٠٠٠٠٠٠١",
        "ЖЖ202205180000000001",
        CODE.encode(),
        [CODE],
    ],
)
def test_normalise_info_code_rejects_other_values(value: object) -> None:
    with pytest.raises(InvalidInfoCode, match="not an infoCode: "):
        normalise_info_code(value)


def test_the_error_quotes_only_the_beginning_of_a_long_value() -> None:
    with pytest.raises(InvalidInfoCode) as error:
        normalise_info_code("x" * 10_000)
    assert str(error.value) == f"not an infoCode: '{'x' * 80}'"


def test_the_error_message_is_encodable() -> None:
    with pytest.raises(InvalidInfoCode) as error:
        normalise_info_code("\ud83d\x00")
    assert str(error.value).encode()


@given(spelling=spellings)
def test_normalise_info_code_is_idempotent(spelling: str) -> None:
    once = normalise_info_code(spelling)
    assert normalise_info_code(once) == once


@given(value=anything)
def test_the_alphabet_is_two_capitals_and_eighteen_digits(value: object) -> None:
    try:
        code = normalise_info_code(value)
    except InvalidInfoCode:
        return
    assert re.fullmatch("[A-Z]{2}[0-9]{18}", code)
    assert not set(code) & set("/\\.\x00")


@given(before=st.text(max_size=4), after=st.text(max_size=4))
def test_normalise_info_code_strips_only_white_space(before: str, after: str) -> None:
    value = f"{before}{CODE}{after}"
    try:
        assert normalise_info_code(value) == CODE
    except InvalidInfoCode:
        assert value.strip() != CODE
    else:
        assert value.strip() == CODE


@given(digits=st.from_regex(r"\A[0-9]{18}\Z"))
def test_rolling_id_is_normalised_to_its_code(digits: str) -> None:
    assert rolling_id(normalise_info_code(digits)) == digits


@pytest.mark.parametrize(
    "url",
    [
        f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE}",
        f"http://choicewzp1.eastmoney.com/html_News/NewsShare.html?from=app&infoCode={CODE}",
        f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode={CODE.lower()}#top",
        f"http://finews.zning.xyz/NewsData/GetNewsText.do?id={CODE}",
        f"http://finance.eastmoney.com/a/{DIGITS}.html",
        f"http://finance.eastmoney.com/news/11158,{DIGITS}.html",
        f"//finews.withounder.com/haigangchenbao/2022/05/18/{CODE}.html",
        f"/emnews/2022/05/18/{DIGITS}.html",
    ],
)
def test_info_code_in_url_finds_the_code(url: str) -> None:
    assert info_code_in_url(url) == CODE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://finews.zning.xyz/",
        "http://finews.withounder.com/sitenews/2021/12/01/init.html",
        f"http://finance.eastmoney.com/a/{DIGITS}0.html",
        f"http://finance.eastmoney.com/a/{DIGITS[1:]}.html",
        f"http://finance.eastmoney.com/a/XNW{DIGITS}.html",
        f"http://finance.eastmoney.com/a/{CODE}a.html",
        "http://finance.eastmoney.com/a/２０２２０５１８００００００００００１.html",
    ],
)
def test_info_code_in_url_without_a_code_is_none(url: str) -> None:
    assert info_code_in_url(url) is None


@given(url=st.text() | st.text(f"NWnw{DIGITS}/?=&.", max_size=60))
def test_info_code_in_url_never_raises(url: str) -> None:
    found = info_code_in_url(url)
    assert found is None or normalise_info_code(found) == found


@given(code=codes)
def test_the_share_url_of_any_code_contains_it(code: str) -> None:
    assert info_code_in_url(f"http://127.0.0.1/html_News/NewsShare.html?infoCode={code}") == code


@pytest.mark.parametrize(
    "url",
    [
        "http://finews.zning.xyz/html_News/NewsShare.html?_=123456789012345678&infoCode=NW202205180000000401",
        "http://127.0.0.1/jump?to=http%3A%2F%2Ffinews.zning.xyz%2FNewsShare.html%3FinfoCode%3DNW202205180000000401",
        '<meta content="123456789012345678"><script>load("NW202205180000000401")</script>',
    ],
)
def test_the_most_specific_code_of_a_url_wins(url: str) -> None:
    assert info_code_in_url(url) == "NW202205180000000401"


@given(st.lists(codes), st.integers(-9, 9), st.integers(-9, 9))
def test_a_long_list_is_the_list(listed: list[str], start: int, stop: int) -> None:
    compact = InfoCodes(listed)
    assert (list(compact), len(compact)) == (listed, len(listed))
    assert list(compact[start:stop]) == listed[start:stop]
    assert compact == InfoCodes(iter(listed))
    assert compact != InfoCodes([*listed, "NW202205262391921712"])
    if -len(listed) <= start < len(listed):
        assert compact[start] == listed[start]
    else:
        with pytest.raises(IndexError):
            compact[start]
