"""A channel's list: recorded responses, and arbitrary bytes."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.items import Rejection
from finews_crawler.sources.eastmoney.channel_list import parse_channel_list
from finews_crawler.sources.eastmoney.channels import CHANNELS, MAX_COUNT
from finews_crawler.sources.outcome import Outcome, ParsedList
from tests.sources.surface_cases import Case, cases, check_origins, given_fields

MEDIA = CHANNELS["media"]
ROW = {
    "infocode": "NW202205180000000501",
    "title": "海川电子中标港口改造",
    "showtime": "2022-05-18 14:00:00",
    "from": "海港晨报",
}
BODY = json.dumps({"nodeList": [ROW]}, ensure_ascii=False).encode()

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*ROW, "id", "x"]), inner, max_size=5),
    max_leaves=6,
)
rows = st.dictionaries(st.sampled_from([*ROW, "id", "infoCode", "simtitle", "simdigest"]), values, max_size=4)


@cases("channel_list")
def test_channel_list_fixtures(case: Case) -> None:
    read = parse_channel_list(case.response.body, CHANNELS[case.request["channel"]])
    expected = case.expected
    rejections = expected.pop("rejections")
    assert {
        "outcome": read.outcome.value,
        "articles": [given_fields(article) for article in read.articles],
    } == expected
    assert case.detail in read.detail
    assert bool(read.detail) == (read.outcome in {Outcome.BLOCKED, Outcome.CHANGED_SHAPE, Outcome.CUT_OFF})
    check_rejections(read.rejections, rejections)
    for article in read.articles:
        check_origins(article, case.request["channel"])


def check_rejections(rejections: list[Rejection], expected: list[dict[str, str]]) -> None:
    found = [{"info_code": rejection.info_code, "reason": rejection.reason} for rejection in rejections]
    assert found == [{"info_code": row["info_code"], "reason": row["reason"]} for row in expected]
    for rejection, row in zip(rejections, expected, strict=True):
        assert row.get("detail", "") in rejection.detail


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_the_longest_list_keeps_its_order(channel: Any) -> None:
    codes = [f"NW2022051800000{number:05}" for number in range(MAX_COUNT, 0, -1)]
    body = json.dumps({channel.list_key: [{"infoCode": code} for code in codes]}).encode()
    read = parse_channel_list(body, channel)
    assert read.outcome is Outcome.ARTICLES
    assert [article.info_code for article in read.articles] == codes


def test_a_row_is_kept_as_upstream_sent_it() -> None:
    body = json.dumps({"nodeList": [{**ROW, "title": "海川\ud83d电子", "extra": [1, None]}]}).encode()
    (article,) = parse_channel_list(body, MEDIA).articles
    assert json.loads(article.payload) == {**ROW, "title": "海川\ufffd电子", "extra": [1, None]}


def test_a_rejected_row_is_kept_as_upstream_sent_it() -> None:
    read = parse_channel_list(json.dumps({"nodeList": [{"infocode": "x", "n": 1}, "海川"]}).encode(), MEDIA)
    assert [json.loads(rejection.payload) for rejection in read.rejections] == [{"infocode": "x", "n": 1}, "海川"]


def test_a_corrected_row_has_another_hash() -> None:
    def listing_hash(**changed: str) -> str:
        (article,) = parse_channel_list(json.dumps({"nodeList": [{**ROW, **changed}]}).encode(), MEDIA).articles
        return article.listing_hash

    assert listing_hash() == listing_hash()
    assert listing_hash() != listing_hash(title="海川电子中标（更正）")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_list_is_equal_in_every_encoding(encoding: str) -> None:
    assert parse_channel_list(BODY.decode().encode(encoding), MEDIA) == parse_channel_list(BODY, MEDIA)


def test_a_truncated_list_is_not_a_day_without_news() -> None:
    for cut in range(len(BODY)):
        read = parse_channel_list(BODY[:cut], MEDIA)
        assert read.outcome is (Outcome.CUT_OFF if cut else Outcome.BLOCKED), cut
        assert read.detail.encode()


@pytest.mark.parametrize("opening", [b'{"nodeList":', b"", b'{"nodeList":[{"infocode":"NW202205180000000501","x":'])
@pytest.mark.parametrize("depth", [200, 100_000])
def test_deeply_nested_json_has_changed_its_shape(opening: bytes, depth: int) -> None:
    read = parse_channel_list(opening + b"[" * depth, MEDIA)
    assert read.outcome is Outcome.CHANGED_SHAPE


def check_writable(read: ParsedList) -> None:
    """All texts of a result can be encoded, and only a list has articles."""
    texts = [read.detail]
    for article in read.articles:
        texts += [*(given_fields(article) or {}).values(), article.payload]
    for rejection in read.rejections:
        texts += [rejection.info_code, rejection.reason, rejection.detail, rejection.payload]
    assert "".join(texts).encode() is not None
    assert read.outcome is Outcome.ARTICLES or not (read.articles or read.rejections)


@given(value=values)
def test_parse_channel_list_accepts_any_json(value: Any) -> None:
    check_writable(parse_channel_list(json.dumps(value).encode(), MEDIA))


@given(
    listed=st.lists(rows | st.fixed_dictionaries({"infocode": st.just(ROW["infocode"]), "title": values}), max_size=4)
)
def test_parse_channel_list_accepts_any_rows(listed: list[Any]) -> None:
    read = parse_channel_list(json.dumps({"nodeList": listed}).encode(), MEDIA)
    check_writable(read)
    if read.outcome is Outcome.ARTICLES:
        assert len(read.articles) + len(read.rejections) == len(listed)


@given(body=st.binary() | st.binary().map(lambda body: codecs.BOM_UTF16_LE + body) | st.text().map(str.encode))
def test_parse_channel_list_accepts_any_bytes(body: bytes) -> None:
    check_writable(parse_channel_list(body, MEDIA))


def test_half_a_megabyte_of_spaces_is_not_jsonp() -> None:
    # A regex with backtracking would take quadratic time here.
    found = parse_channel_list(b"a()" + b" " * 500_000 + b"x", CHANNELS["media"])
    assert found.outcome is Outcome.CHANGED_SHAPE


def test_a_huge_integer_rejects_only_its_row() -> None:
    good = '{"infocode": "NW202205180000000103", "title": "港区新航线"}'
    body = f'{{"nodeList": [{good}, {{"infocode": {"9" * 5_000}}}]}}'.encode()
    found = parse_channel_list(body, CHANNELS["media"])
    assert [article.info_code for article in found.articles] == ["NW202205180000000103"]
    assert len(found.rejections) == 1


def test_a_bad_code_does_not_hide_a_good_one() -> None:
    body = b'{"nodeList": [{"code": "600999", "infocode": "null", "id": "202205180000000103"}]}'
    found = parse_channel_list(body, CHANNELS["media"])
    assert [article.info_code for article in found.articles] == ["NW202205180000000103"]
