"""Cleaning: ordinary bodies are kept, others rebuilt, and the result is never active or malformed."""

from __future__ import annotations

import re

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from finews_crawler.content.body.clean import clean_body, remove_indentation
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.body.whitelist import ELEMENTS
from tests.content.body.attack_bodies import NAMES, attack_bodies
from tests.support.bodies import CHARACTERS, HIDDEN, LITTLE, NOT_RESTORABLE, SEEN, ordinary_bodies

LIVE = {
    "script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "select", "option",
    "textarea", "meta", "base", "link", "style", "svg", "math", "template", "noscript", "xmp", "plaintext", "title",
    "noembed", "noframes", "video", "audio", "source", "dialog", "details", "marquee",
}  # fmt: skip
DEEP = "<div>" * 100
BACK = "</div>" * 100

NOT_ORDINARY = {
    "a table that closes another": "<table><section><table></table></section></table>",
    "a cell that closes another": "<table><tr><td><div><td>甲</td></div></td></tr></table>",
    "a row that closes a block": "<table><div><tr><td>甲</td></tr></div></table>",
    "an item that closes another": "<ul><li><div><li>甲</li></div></li></ul>",
    "a term that closes another": "<dl><dt><div><dd>甲</dd></div></dt></dl>",
    "a link in a link": '<p><a href="//a.cn/">甲<a href="//b.cn/">乙</a></a></p>',
    "a line that Jekyll stalls on": f"<p>甲{'<br />' * 30_000}</p>",
    "an outline over the page": '<p style="outline:2000px solid #fff">甲</p>',
    "nothing": "",
    "bare text": "甲",
    "bare text after": "<p>甲</p>乙",
    "inline at the top": "<b>甲</b>",
    "image at the top": '<img src="//a.cn/b.png" />',
    "rule at the top": "<p>甲</p><hr /><p>乙</p>",
    "space around": " <p>甲</p>",
    "newline after": "<p>甲</p>\n",
    "blank line between": "<p>甲</p>\n\n<p>乙</p>",
    "two spaces between": "<p>甲</p>\n  <p>乙</p>",
    "space between": "<p>甲</p> <p>乙</p>",
    "indented comment": "<p>甲</p>\n <!-- 乙 -->",
    "unclosed": "<p>甲",
    "closed twice": "<p>甲</p></p>",
    "overlapping": "<p><b><i>甲</b></i></p>",
    "void tag of HTML": "<p>甲<br></p>",
    "void tag without space": "<p>甲<br/></p>",
    "closed paragraph": "<p />",
    "capitals": "<P>甲</P>",
    "single quotes": "<p class='a'>甲</p>",
    "no quotes": "<p class=a>甲</p>",
    "two spaces in a tag": '<p  class="a">甲</p>',
    "attribute twice": '<p class="a" class="b">甲</p>',
    "empty id": '<p id="">甲</p>',
    "handler": '<p onclick="x()">甲</p>',
    "markdown attribute": '<div markdown="1">甲</div>',
    "newline in an attribute": '<p title="甲\n乙">丙</p>',
    "bracket in an attribute": '<p title="a>b">甲</p>',
    "script": "<script>x()</script>",
    "form": "<form><p>甲</p></form>",
    "javascript": '<p><a href="javascript:x()">甲</a></p>',
    "relative link": '<p><a href="/甲">乙</a></p>',
    "entity in a scheme": '<p><a href="&#104;ttp://a.cn">甲</a></p>',
    "control by entity": '<p><a href="http://a.cn/&#10;">甲</a></p>',
    "space in a link": '<p><a href="http://a.cn/a b">甲</a></p>',
    "style with url": '<p style="background:url(//a.cn)">甲</p>',
    "style with position": '<p style="position:fixed">甲</p>',
    "style with entity": '<p style="color:red&#59;top:0">甲</p>',
    "style with escape": '<p style="color:\\65">甲</p>',
    "negative margin": '<p style="margin: 0 0 -99px">甲</p>',
    "liquid output": "<p>{{ 甲 }}</p>",
    "liquid tag": "<p>{%</p>",
    "liquid in an attribute": '<p title="{{">甲</p>',
    "liquid in a comment": "<!-- {% -->",
    "comment with dashes": "<!-- 甲 -- 乙 -->",
    "comment unclosed": "<p>甲</p><!-- 乙",
    "comment closed at once": "<!--><p>甲</p>",
    "comment with a tag": "<!-- <p> -->",
    "less-than before a letter": "<p>a<b</p>",
    "less-than before a word": "<p><中国></p>",
    "less-than at the end": "<p>甲<</p>",
    "declaration": "<!DOCTYPE html><p>甲</p>",
    "instruction": "<?php ?><p>甲</p>",
    "carriage return": "<p>甲</p>\r<p>乙</p>",
    "carriage return in text": "<p>甲\r乙</p>",
    "carriage return in a tag": '<p title="甲\r\n乙">丙</p>',
    "carriage return in a comment": "<!--甲\r\n乙-->",
    "two line ends": "<p>甲</p>\r\n\r\n<p>乙</p>",
    "control": "<p>甲\x00</p>",
    "next line": "<p>甲\x85</p>",
    "surrogate": "<p>甲\ud83d</p>",
    "noncharacter": "<p>甲\uffff</p>",
    "too deep": f"<div>{DEEP}甲{BACK}</div>",
}

REBUILT = {
    "甲": "<p>甲</p>",
    "甲<b>乙</b><p>丙</p>丁": "<p>甲<b>乙</b></p><p>丙</p><p>丁</p>",
    "<p>甲<p>乙": "<p>甲</p><p>乙</p>",
    "<P ALIGN=center>甲<BR>乙</P>": '<p align="center">甲<br />乙</p>',
    "<p>甲</p>\r\n\r\n<p>乙</p>\r\n": "<p>甲</p>\n <p>乙</p>",
    "<p>甲</p> \n <!-- EM_StockImg_Start --> \n <p>乙</p>": "<p>甲</p><!-- EM_StockImg_Start --><p>乙</p>",
    "<p>甲</p><hr><p>乙</p>": "<p>甲</p><div><hr /></div><p>乙</p>",
    "<b><p>甲</p></b>": "<div><b><p>甲</p></b></div>",
    "<p>甲</p></div></section>": "<p>甲</p>",
    "<p>甲</p><!-- 乙 <p>丙</p>": "<p>甲</p><p>乙</p><p>丙</p>",
    "<p>甲</p><iframe src=x /><p>乙</p>": "<p>甲</p><p>乙</p>",
    "<img src=https://a.cn/b.png?c=1&d=2&copy>": '<p><img src="https://a.cn/b.png?c=1&d=2©" /></p>',
    "<p>甲<img src=x onerror=y()></p><img src='data:,x'>": "<p>甲</p>",
    "<p>{{甲}}{%</p>": "<p>&#123;{甲}}&#123;%</p>",
    "<p>{<x>{甲</p>": "<p>&#123;{甲</p>",
    "<p>{\x00{甲</p>": "<p>&#123;{甲</p>",
    "<p title='{{'>甲</p>": '<p title="&#123;{">甲</p>',
    "<p><a href='http://a.cn/{{b}}'>甲</a></p>": '<p><a href="http://a.cn/%7B%7Bb%7D%7D">甲</a></p>',
    "<p><a href='java&Tab;script:x()'>甲</a></p>": "<p><a>甲</a></p>",
    "<p style='color:red;position:fixed'>甲</p>": '<p style="color:red">甲</p>',
    "<p style='font:1px \"宋体\"'>甲</p>": '<p style="font:1px &quot;宋体&quot;">甲</p>',
    "<p><中国证券>报道</p>": "<p>&lt;中国证券&gt;报道</p>",
    "# 甲\n\n- 乙\n{:.x}": "<p># 甲</p>\n <p>- 乙</p>\n <p>{:.x}</p>",
    "# 甲\n\n- 乙\n{:.x}<p>丙</p>": "<p># 甲</p>\n <p>- 乙\n{:.x}</p><p>丙</p>",
    "甲\n\n\u3000\u3000乙\r\n丙": "<p>甲</p>\n <p>乙</p>\n <p>丙</p>",
    "</p><p>甲</p>\n<p></p>\n<!-- 乙 --></p>": "<p>甲</p><!-- 乙 -->",
    "<p>甲</p><?php x() ?><!-- a&b --><!-- EM_End -->": "<p>甲</p><!-- EM_End -->",
    "<p>a<b，c<d</p><p>乙</p>": "<p>a&lt;b，c&lt;d</p><p>乙</p>",
    "\u3000<x></x>\u3000<p>\u3000\u3000甲</p>": "<p>甲</p>",
    "<script>x()</script>": "",
    "<div><style>p{}</style></div>": "",
    " \u3000\n": "",
}


@pytest.mark.parametrize("body", (SEEN | NOT_RESTORABLE).values(), ids=(SEEN | NOT_RESTORABLE).keys())
def test_bodies_seen_upstream_are_ordinary(body: str) -> None:
    assert is_ordinary(body)


@pytest.mark.parametrize("body", NOT_ORDINARY.values(), ids=NOT_ORDINARY.keys())
def test_is_ordinary_rejects_other_spellings(body: str) -> None:
    assert not is_ordinary(body)
    check_cleaned(body)


def test_a_body_nested_a_hundred_levels_deep_is_ordinary() -> None:
    assert is_ordinary(f"{DEEP}甲{BACK}")


@given(body=ordinary_bodies())
def test_clean_body_only_removes_the_indentation_of_an_ordinary_body(body: str) -> None:
    assert is_ordinary(body)
    cleaned = clean_body(body)
    if is_ordinary(remove_indentation(body)):  # {　　{ is ordinary, what is left of it is not
        assert cleaned.html == remove_indentation(body)
        assert not cleaned.rebuilt


@pytest.mark.parametrize(("body", "expected"), REBUILT.items())
def test_clean_body_rebuilds_other_bodies(body: str, expected: str) -> None:
    assert clean_body(body).html == expected
    check_cleaned(body)


def test_clean_body_of_an_empty_body_is_empty() -> None:
    assert (clean_body("").html, clean_body("").rebuilt) == ("", False)


@pytest.mark.parametrize("name", NAMES)
def test_clean_body_makes_attacks_harmless(name: str) -> None:
    for body in attack_bodies(name):
        check_cleaned(body)


TAGS = ["p", "div", "b", "a", "table", "td", "script", "style", "svg", "math", "textarea", "title", "iframe", "select"]
PIECES = [f"<{name}>" for name in TAGS] + [f"</{name}>" for name in TAGS]
PIECES += ["<!--", "-->", "--!>", "<![CDATA[", "]]>", "<", ">", "</", "<p ", '="', "'", " onclick=", "<img src="]
PIECES += ["{", "{%", "<plaintext>", "<br>", "<br />", "<hr>", "\u3000", "\r\n", "\x00", "\n\n", "\ud83d", HIDDEN]
soup = st.lists(st.sampled_from(PIECES + LITTLE) | st.text(CHARACTERS, max_size=4), max_size=20).map("".join)


@settings(max_examples=1000, deadline=None)
@given(body=soup | st.text())
def test_clean_body_makes_any_tag_soup_harmless(body: str) -> None:
    check_cleaned(body)


def check_cleaned(body: str) -> None:
    cleaned = clean_body(body)
    again = clean_body(cleaned.html)
    assert (again.html, again.rebuilt) == (cleaned.html, False)
    if cleaned.html:
        assert is_ordinary(cleaned.html)
        check_dead(cleaned.html)


def check_dead(html: str) -> None:
    """Assert that two parsers find nothing active: libxml2, and html5ever with only active elements allowed."""
    assert not re.search(r"\{\{|\{%", html)
    assert "<" not in nh3.clean(html, tags=LIVE, clean_content_tags=set())
    for element in lxml_html.fromstring(f"<section>{html}</section>").iter():
        if not isinstance(element.tag, str):
            continue
        assert element.tag in ELEMENTS | {"section", "html", "body"}
        for name, value in element.attrib.items():
            assert not str(name).startswith("on")
            if name in ("href", "src"):
                assert re.match(r"(https?:)?//", str(value))
            if name == "style":
                assert not re.search(r"url|expression|position|[\\@(<]", re.sub(r"rgba?\(", "", str(value)))


def test_text_after_unclosed_mark_up_is_kept() -> None:
    text = "江城重工一季度订单饱满" * 20
    for opening in ("<!-- ", "<iframe src=x />", "<style>", "<textarea>", "<plaintext>", '<img src="x>', "<div " * 999):
        assert text in clean_body(f"<p>甲</p>{opening}<p>{text}</p>").html, opening


@pytest.mark.parametrize(
    "body",
    [
        f'<p><a data-x="{"A" * 100_000}">{"<p>x" * 10_000}',
        f'<p><b title="{"A" * 20_000}">{"<p>x" * 5_000}',
        f"<p>{''.join(f'<font size={size}>' for size in range(100))}{'<p>x' * 20_000}",
        f"{''.join(f'<p><b class={number}>' for number in range(2_000))}{'<p>x' * 2_000}",
        f"<p {' '.join(f'a{number}' for number in range(300_000))}>x",
    ],
    ids=["one long tag", "one long attribute", "a hundred fonts", "two thousand classes", "attributes without values"],
)
def test_a_rebuilt_body_is_not_much_longer(body: str) -> None:
    cleaned = clean_body(body).html
    assert "x" in cleaned
    assert len(cleaned) < 4 * len(body) + 1_000_000


@pytest.mark.parametrize("indent", ["&emsp;&emsp;", "&#12288;&#12288;", "&nbsp&nbsp"])
def test_indentation_by_character_references_does_not_count_as_lost_text(indent: str) -> None:
    body = f"<p>{indent}江城重工<br></p>" * 10 + '<p><img src="http://a.cn/b.jpg" /></p>'
    assert '<img src="http://a.cn/b.jpg" />' in clean_body(body).html


def test_text_after_a_less_than_sign_is_kept() -> None:
    clause = "倍且市净率低于同业，则回购价格不变。"
    body = f"<p>{'正文很长。' * 60}</p><p>若市盈率 <x {clause}</p><p>见<http://a.cn>完</p>"
    assert clause in clean_body(body).html
    assert "http://a.cn" in clean_body(body).html


def test_the_ticker_mark_up_of_mirror_sites_is_ordinary() -> None:
    attributes = 'web="1" target="_blank" href="http://a.cn/" class="em_stock_key_common" data-code="1,600999"'
    assert is_ordinary(f"<p><span {attributes}>甲</span></p>")


def test_style_properties_in_capitals_are_kept() -> None:
    assert clean_body('<p style="TEXT-ALIGN: center">甲<br></p>').html == '<p style="text-align: center">甲<br /></p>'
