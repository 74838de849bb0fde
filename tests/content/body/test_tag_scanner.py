"""Scanner: tags and comments are found where a browser finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.tag_scanner import attribute_of, scan, without

FOUND = {
    "<p>甲</p>": ["<p>", "</p>"],
    "<P CLASS='a>b'>甲</p >": ["<P CLASS='a>b'>", "</p >"],
    '<img alt="<span id=stock_1.600999>" />': ['<img alt="<span id=stock_1.600999>" />'],
    '<a title=甲"乙>': ['<a title=甲"乙>'],
    "<a href=/b/c>": ["<a href=/b/c>"],
    '<a b"c">甲</a>': ['<a b"c">', "</a>"],
    "<a b= >": ["<a b= >"],
    "<br/><br />": ["<br/>", "<br />"],
    "<!-- <p> --><p>": ["<!-- <p> -->", "<p>"],
    "<!--><p>--><!---><p>": ["<!-->", "<p>", "<!--->", "<p>"],
    "<!--甲--!><p>": ["<!--甲--!>", "<p>"],
    "<!DOCTYPE p><?php p ?></ p></><p>": ["<!DOCTYPE p>", "<?php p ?>", "</ p>", "</>", "<p>"],
    "<script>'<p>'</scripts></SCRIPT><p>": ["<script>", "</SCRIPT>", "<p>"],
    "甲<1乙<<p>": ["<p>"],
    # No end: nothing after it is mark-up.
    '<p><a title="乙><p>': ["<p>"],
    "<p><a title='乙><p>": ["<p>"],
    "<p><!-- 乙<p>": ["<p>"],
    "<p><textarea><p>": ["<p>", "<textarea>"],
    "<p><p": ["<p>"],
}


@pytest.mark.parametrize(("html", "found"), FOUND.items())
def test_scan(html: str, found: list[str]) -> None:
    assert [html[markup.start : markup.end] for markup in scan(html)] == found


@pytest.mark.parametrize("tag", ["<a b=甲>", "<a b='甲'>", '<a c=d B = "甲" b=乙>', "<a/b=&#30002;>"])
def test_attribute_of(tag: str) -> None:
    (markup,) = scan(tag)
    assert (attribute_of(markup, "b"), attribute_of(markup, "x")) == ("甲", "")


PIECES = ["<p>", "</p>", "<", ">", "</", "<!--", "-->", "<a b=", '"', "'", "=", " ", "/", "<script>", "甲", "<?"]


@given(html=st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_what_scan_finds_is_in_order_and_whole(html: str) -> None:
    end = 0
    for markup in scan(html):
        assert end <= markup.start < markup.end
        end = markup.end
        assert html[markup.start] == "<"
        assert html[end - 1] == ">"


def test_without() -> None:
    assert without("甲乙丙丁", [(2, 3), (0, 1)]) == "乙丁"
