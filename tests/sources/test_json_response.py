"""JSON is parsed up to a documented depth: tests at the limit, one level deeper, and far beyond it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.eastmoney.channel_list import parse_channel_list
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.json_response import MAX_DEPTH, load_object
from finews_crawler.sources.outcome import Outcome


def nested(levels: int) -> dict[str, Any]:
    """JSON of a given depth, with brackets in the strings between the levels."""
    value: Any = {"[": '[{\\"\\\\[{'}
    for level in range(1, levels):
        value = {"{[\\": value} if level % 2 or level == levels - 1 else ["[{", value]
    assert isinstance(value, dict)
    return value


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


@pytest.mark.parametrize(
    "script",
    ['var ajaxResult={"rc": 1};', 'var ajaxResult={"rc": 1}', 'var  r_1 = {"rc": 1} ;\r\n', 'ajaxResult={"rc": 1}'],
)
def test_an_object_assigned_to_a_variable_is_parsed(script: str) -> None:
    assert load_object(script.encode()) == {"rc": 1}


@pytest.mark.parametrize("script", ["var ajaxResult=null;", "var ajaxResult=[];", "var ajaxResult={", "var a b={};"])
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
