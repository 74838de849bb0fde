"""JSON is parsed up to a documented depth: tests at the limit, one level deeper, and far beyond it."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.eastmoney.channel_list import parse_channel_list
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.json_response import LARGE, MAX_DEPTH, MOST_CACHED, MOST_LARGE_CACHED, load_object, text_of
from finews_crawler.sources.outcome import Outcome


def nested(levels: int) -> dict[str, Any]:
    """JSON of a given depth, with brackets in the strings between the levels."""
    value: Any = {"[": '[{\\"\\\\[{'}
    for level in range(1, levels):
        value = {"{[\\": value} if level % 2 or level == levels - 1 else ["[{", value]
    assert isinstance(value, dict)
    return value


@pytest.mark.parametrize(("size", "under_way"), [(1000, MOST_CACHED), (LARGE, MOST_LARGE_CACHED)])
def test_responses_under_way_are_read_once(size: int, under_way: int) -> None:
    """All of them pass the ban detection before the first one gets to its parser."""
    bodies = [json.dumps({"number": number, "text": "a" * size}).encode() for number in range(under_way)]
    read = [(load_object(body), text_of(body)) for body in bodies]
    for body, (content, text) in zip(bodies, read, strict=True):
        assert load_object(body) is content
        assert text_of(body) is text


def test_few_large_responses_are_kept() -> None:
    bodies = [json.dumps({"number": number, "text": "a" * LARGE}).encode() for number in range(MOST_LARGE_CACHED + 1)]
    first = load_object(bodies[0])
    for body in bodies[1:]:
        load_object(body)
    assert load_object(bodies[0]) is not first


def test_json_of_the_maximum_depth_is_parsed() -> None:
    value = nested(MAX_DEPTH)
    assert load_object(json.dumps(value).encode()) == value
    assert load_object(b"callback(" + json.dumps(value).encode() + b");") == value


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, MAX_DEPTH + 2, 500])
def test_json_one_level_deeper_is_invalid(levels: int) -> None:
    with pytest.raises(InvalidJson, match=f"more than {MAX_DEPTH} levels") as raised:
        load_object(json.dumps(nested(levels)).encode())
    assert not raised.value.is_page


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '"', '["\\\\",'])
def test_no_depth_causes_a_recursion_error(opening: str) -> None:
    limit = sys.getrecursionlimit()
    for count in (limit, 200_000):
        with pytest.raises(InvalidJson):
            load_object((opening * count).encode())
        with pytest.raises(InvalidJson):
            load_object(('{"nodeList": ' + opening * count).encode())


def test_brackets_side_by_side_add_no_depth() -> None:
    """A list of 500 rows, each with a list and with brackets in its text: three levels."""
    row = {"infocode": "NW202205182383638060", "title": '[[[[{{{{"\\', "codes": [[]]}
    found = parse_channel_list(json.dumps({"nodeList": [row] * 500}).encode(), CHANNELS["media"])
    assert len(found.articles) == 500


def test_a_list_that_is_too_deep_has_changed_its_shape() -> None:
    row = {"infocode": "NW202205182383638060", "title": "A", "codes": nested(MAX_DEPTH)}
    found = parse_channel_list(json.dumps({"nodeList": [row]}).encode(), CHANNELS["media"])
    assert found.outcome is Outcome.CHANGED_SHAPE


def test_numbers_that_json_does_not_have_are_missing_values() -> None:
    body = b'{"a": NaN, "b": [Infinity, -Infinity, 1e999, -1e999, 1e308], "NaN": "NaN", "c": 1}'
    expected = {"a": None, "b": [None, None, "1e999", "-1e999", 1e308], "NaN": "NaN", "c": 1}
    assert load_object(body) == expected
    for value in (b"NaN", b"Infinity", b'{"a": nan}', b'{"a": +Infinity}'):
        with pytest.raises(InvalidJson):
            load_object(value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_row_with_a_number_that_json_does_not_have_costs_no_list(number: str) -> None:
    rows = [{"infocode": f"NW20220518238363806{digit}", "title": "A", "heat": number} for digit in range(3)]
    rows[1]["title"] = number
    text = json.dumps({"nodeList": rows}).replace(f'"{number}"', number)
    found = parse_channel_list(text.encode(), CHANNELS["media"])
    assert found.outcome is Outcome.ARTICLES
    assert [each.title for each in found.articles] == ["A", "1e999" if number == "1e999" else "", "A"]
    for each in found.articles:
        payload = json.loads(each.payload, parse_constant=pytest.fail)
        assert payload["heat"] == ("1e999" if number == "1e999" else None)


@pytest.mark.parametrize(
    "script",
    ['var ajaxResult={"rc": 1};', 'var ajaxResult={"rc": 1}', 'var  r_1 = {"rc": 1} ;\r\n', 'ajaxResult={"rc": 1}'],
)
def test_an_object_assigned_to_a_variable_is_parsed(script: str) -> None:
    assert load_object(script.encode()) == {"rc": 1}


@pytest.mark.parametrize(
    "script", ["var ajaxResult=null;", "var ajaxResult=[];", "var a b={};", "var a=={}", "a={}, b={}"]
)
def test_other_scripts_are_invalid_and_no_page(script: str) -> None:
    with pytest.raises(InvalidJson) as raised:
        load_object(script.encode())
    assert not raised.value.is_page


def test_half_a_megabyte_of_spaces_is_no_assignment() -> None:
    # A regex with backtracking would take quadratic time here.
    with pytest.raises(InvalidJson):
        load_object(b"var a={}" + b" " * 500_000 + b"x")
    with pytest.raises(InvalidJson):
        load_object(b"var a={" + b"} " * 250_000 + b"x")


DRESSINGS = (
    "{}",
    "\ufeff{}",
    "cb({})",
    "jQuery18307_1652863686({});\r\n",
    "/**/cb({});",
    "/* a * b */ /**/ cb ( {} ) ; // 3 ms",
    "// rendered\n{}\n// by node 7",
    ")]}'\n{}",
    ")]}',{}",
    "while(1);{}",
    "for (;;);{}",
    "throw 1; {}",
    "({})",
    "var x={};",
    "var x = {} ; /* 12 */",
    "let x={}",
    "window.data={};",
    'window["data"]={};',
    "/**/ typeof cb === 'function' && cb({});",
    "cb&&cb({});",
    "try{cb({});}catch(e){}",
    "{};",
    "{}/* cached */",
)
scalars = st.none() | st.booleans() | st.integers(-(10**28), 10**28) | st.text() | st.text("\"\\/*{}[]();' ,\n江")
objects = st.dictionaries(
    st.text(),
    st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5),
    max_size=4,
)


@given(value=objects, is_ascii=st.booleans())
def test_an_object_is_parsed_in_every_dressing(value: dict[str, Any], is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    for dressing in DRESSINGS:
        assert load_object(dressing.replace("{}", text, 1).encode()) == value, dressing


@given(dressing=st.sampled_from(DRESSINGS), value=objects, data=st.data())
def test_an_object_that_ends_early_is_cut_off(dressing: str, value: dict[str, Any], data: st.DataObject) -> None:
    before, _, _ = dressing.partition("{}")
    text = json.dumps(value, ensure_ascii=False)
    body = before + text[: data.draw(st.integers(1, len(text) - 1))]
    with pytest.raises(InvalidJson) as raised:
        load_object(body.encode("utf-8", "replace"))
    assert (raised.value.is_cut_off, raised.value.is_page) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1 "b": 2}',
        '{"a": 1} {"b": 2}',
        '{"a": b, "c": "long enough to be the end"}',
        "{a: 1, b: 2, c: 3}",
        "{a: 1}",
        '{"a": 01}',
    ],
)
def test_an_error_before_the_end_is_not_cut_off(body: str) -> None:
    with pytest.raises(InvalidJson) as raised:
        load_object(body.encode())
    assert not raised.value.is_cut_off


@pytest.mark.parametrize(
    "page", ["<html>{}</html>", "<!-- {} -->", " \r\n<script>cb({})</script>", "", "\x00\x00", '<p>cb({"rc": 1})</p>']
)
def test_a_page_is_never_an_object(page: str) -> None:
    with pytest.raises(InvalidJson) as raised:
        load_object(page.encode())
    assert raised.value.is_page


@pytest.mark.parametrize(
    "text", ["Forbidden", "Access denied ({})", "error: {}", "cb({}) <html>", "cb(1, {})", "请验证"]
)
def test_other_text_is_no_object(text: str) -> None:
    with pytest.raises(InvalidJson) as raised:
        load_object(text.encode())
    assert not (raised.value.is_page or raised.value.is_cut_off)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("202205182383638060.0", 202205182383638060),
        ("2.0220518238363806e17", 2.0220518238363806e17),
        ("2.02205182383638060e17", 202205182383638060),
        ("1652863686000.0", 1652863686000),
        ("1.652863686e12", 1652863686000),
        ("12.6", 12.6),
        ("1e5000000", "1e5000000"),
        ("0.0", 0),
    ],
)
def test_a_whole_number_is_an_integer_if_no_digit_of_it_may_be_lost(written: str, value: float | str) -> None:
    read = load_object(f'{{"id": {written}}}'.encode())["id"]
    assert read == value
    assert isinstance(read, int) == isinstance(value, int)


def test_trailing_commas_are_ignored() -> None:
    assert load_object(b'{"a": [1, 2, ], "b": ",]", }') == {"a": [1, 2], "b": ",]"}


@pytest.mark.parametrize(
    "part", ["/*", "//", "/**/", ";", ")", "a", "a.", "cb(", "{}", "{", '"', ",}", "}catch(e){}", "\\", '\\"']
)
def test_no_dressing_takes_quadratic_time(part: str) -> None:
    for body in (part * 200_000, "{}" + part * 200_000 + "x", "cb({" + part * 200_000, '{"a":"' + part * 200_000):
        start = time.thread_time()
        with suppress(InvalidJson):
            load_object(body.encode())
        assert time.thread_time() - start < 2
