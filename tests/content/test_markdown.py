"""Escaped text and URLs, as the real kramdown renders them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from finews_crawler.content.kramdown import render_body
from finews_crawler.content.link_url import is_link_url
from finews_crawler.content.markdown import (
    CONTROLS,
    LINE_BREAKS,
    UNFIT_FOR_URL,
    escape_autolink_url,
    escape_exactly,
    escape_inline,
    escape_link_url,
    plain_line,
    unescape_autolink_url,
    unescape_inline,
)
from tests.support.bodies import CHARACTERS, LITTLE, SEEN

Kramdown = Callable[[str], str]
RELAXED = settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
BODY = SEEN["tickers"]
LINK = "<http://a.cn/?infoCode=NW202205180000000001>"
FOOTER = "[返回首页](//b.cn/)"

ORDINARY = [
    "江城重工：一季度净利润12.6亿元，同比增长15%。",
    "*ST海川（600998）：控股股东拟增持1%-2%股份，价格不超过3.50元/股",
    '公司称"订单饱满"，A&B项目进展顺利——详见公告...',
    "2022-05-18 09:30 江城5G+工业互联网论坛（重庆）开幕：#碳中和#受关注",
    "华龙网-新重庆客户端",
    "21世纪经济报道  南财理财通",
    "安信国际证券(香港)",
    "Career In投行PEVC",
    "e_company's news: P/E>15, 1.5~2.0倍; 100$/桶?!",
    "",
]

SPECIAL = [
    "- 甲", "+ 甲", "* 甲", "1. 甲", "12.\t甲", "# 甲", "###### 甲", "> 甲", ">甲", ": 甲", "---", "- - -", "***",
    "* * *", "___", "===", "-", "--", "^", "^ ", "```", "~~~", "~~~ ruby", "| 甲 | 乙 |", "甲|乙", "\\|甲\\|",
    "{:.x}", "{::comment}", "{::options a='b' /}", "{:/}", "{{ site.title }}", "{% raw %}", "{%", "{{", "{{{%",
    "*甲*", "**甲**", "_甲_", "__甲__", "（_甲_）", "1_2_3 _4_", "`甲`", "``甲", "$$甲$$", "$$$", "[甲](//乙)",
    "![甲](//乙)", "[甲]: //乙", "[^1]", "[^1]: 甲", "*[甲]: 乙", "[ ] 甲", "<b>甲</b>", "<!-- 甲 -->",
    "<http://a.cn>", "<a@b.cn>", "<<甲>>", "甲 >> 乙", "甲 << 乙", "~~甲~~", "甲\\", "甲\\\\", "\\*", "\\", "&lt;",
    "&amp;", "&#123;", "&nbsp", "&_a_;", "&foo;", "甲\n乙", "甲\r\n\r\n- 乙", "    甲", "\t甲", "甲  ",
    "\u3000\u3000甲", "甲\u2028- 乙", "甲\x00\x1b乙\x85", "\ud83d甲", "</p>", "</blockquote>", "甲]乙", "[甲",
    "甲](//乙)[", "(甲", "甲)", "\"'甲'\"", "'80s", "甲--乙---丙...", "<!DOCTYPE html>", "<?php", "<中国>",
    "甲<10", "a\\nb", "*a_b* _c*d_", "{甲}", "{#id}", "甲 {#id}", "😀", "a" * 3000, "<" * 300, "*" * 301,
    "[" * 300, "_" * 300, "{" * 300,
]  # fmt: skip

lines = st.one_of(
    st.lists(st.text(CHARACTERS, max_size=8) | st.sampled_from(LITTLE + SPECIAL[:90]), max_size=6).map("".join),
    st.text(max_size=30),
)


def expected(text: str) -> str:
    """Return the text that a reader should see: *text* on one line."""
    return CONTROLS.sub("", LINE_BREAKS.sub(" ", text)).strip(" \t")


def _typography(text: str) -> str:
    """Fold whitespace, quotes, dashes and ellipses, each to one spelling."""
    text = re.sub('[“”"]', '"', re.sub("[‘’']", "'", text))
    text = text.replace("…", "...").replace("—", "---").replace("–", "--")
    return " ".join(text.split())


@pytest.mark.parametrize("text", ORDINARY)
def test_escape_inline_keeps_ordinary_text(text: str) -> None:
    assert escape_inline(text) == text


@RELAXED
@given(text=lines)
@example(text="")
def test_a_digest_renders_as_its_text(text: str, kramdown: Kramdown) -> None:
    check_digest(text, kramdown)


@pytest.mark.parametrize("text", ORDINARY + SPECIAL)
def test_a_digest_with_special_characters_renders_as_its_text(text: str, kramdown: Kramdown) -> None:
    check_digest(text, kramdown)


def check_digest(text: str, kramdown: Kramdown) -> None:
    spelt = escape_inline(text)
    assert "{{" not in spelt
    assert "{%" not in spelt
    assert "\n" not in spelt
    page = kramdown(f"> {spelt}\n\n{BODY}\n\n{LINK}\n\n{FOOTER}")
    tail = "\n" + render_body(BODY) + "\n" + kramdown(f"{LINK}\n\n{FOOTER}")
    if not expected(text):
        assert page.endswith(tail)
        return
    assert page.startswith("<blockquote>\n  <p>")
    assert page.endswith(f"</p>\n</blockquote>\n{tail}")
    (quote,) = lxml_html.fromstring(page.removesuffix(tail)).xpath("descendant-or-self::blockquote")
    assert [child.tag for child in quote.iter()] == ["blockquote", "p"]
    assert _typography(quote.text_content()) == _typography(expected(text))


@RELAXED
@given(name=lines)
def test_an_outlet_renders_as_its_name(name: str, kramdown: Kramdown) -> None:
    check_medium(name, kramdown)


@pytest.mark.parametrize("name", ORDINARY + SPECIAL)
def test_an_outlet_with_special_characters_renders_as_its_name(name: str, kramdown: Kramdown) -> None:
    check_medium(name, kramdown)


def check_medium(name: str, kramdown: Kramdown) -> None:
    # The address of a category is made of the same name.
    url = f"//finews.withounder.com/category/{CONTROLS.sub('', name).replace('&', '')}.html"
    page = kramdown(f"{BODY}\n\n{LINK}\n\n[返回{escape_inline(name)}新闻]({escape_link_url(url)})｜{FOOTER}")
    head = render_body(BODY) + "\n" + kramdown(LINK) + "\n"
    assert page.startswith(head)
    paragraph = lxml_html.fromstring(page.removeprefix(head))
    assert [element.tag for element in paragraph.iter()] == ["p", "a", "a"]
    assert _typography(paragraph[0].text_content()) == _typography(f"返回{expected(name)}新闻")
    assert paragraph[0].get("href", "").endswith(".html")


@RELAXED
@given(path=lines)
def test_no_url_breaks_out_of_its_paragraph(path: str, kramdown: Kramdown) -> None:
    url = f"http://a.cn/{path}"
    page = kramdown(f"{BODY}\n\n<{escape_autolink_url(url)}>\n\n[甲]({escape_link_url(url)})")
    one, two = lxml_html.fromstring(f"<div>{page.removeprefix(render_body(BODY))}</div>")
    assert [element.tag for element in (*one.iter(), *two.iter())] == ["p", "a", "p", "a"]
    assert one[0].get("href") == one[0].text
    if "(" not in path and ")" not in path:
        assert one[0].get("href") == two[0].get("href")


@pytest.mark.parametrize(
    "url",
    [
        "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060",
        "http://finance.eastmoney.com/a/202205262391921712.html?a=1&b=2#c",
        "//finews.withounder.com/category/21shijijingjibaodao  nancailicaitong.html",
        "//finews.withounder.com/category/anxinguojizhengquan(xianggang).html",
    ],
)
def test_escape_link_url_keeps_ordinary_urls(url: str, kramdown: Kramdown) -> None:
    assert escape_link_url(url) == escape_autolink_url(url) == url
    assert lxml_html.fromstring(kramdown(f"[甲]({escape_link_url(url)})"))[0].get("href") == url


@pytest.mark.parametrize("text", ORDINARY + SPECIAL)
def test_unescape_inline_restores_special_text(text: str) -> None:
    check_inverses(text)


@given(lines)
def test_unescape_inline_restores_any_text(text: str) -> None:
    check_inverses(text)


def check_inverses(text: str) -> None:
    """Escaping is inverted; what it percent-encoded in a URL stays encoded, and is not encoded again."""
    tag = f"{text}新闻"
    assert unescape_inline(escape_inline(text)) == plain_line(text)
    assert unescape_inline(escape_exactly(tag)) == plain_line(tag)
    spelt = escape_autolink_url(text)
    assert escape_autolink_url(unescape_autolink_url(spelt)) == spelt
    if not UNFIT_FOR_URL.search(text):
        assert unescape_autolink_url(spelt) == text


STARTS = st.sampled_from(["", "http://", "https://", "http:", "HTTP://", "mailto:", "http://a@", "//", "base ", "/"])


@given(start=STARTS, rest=st.text(CHARACTERS, max_size=12) | st.sampled_from(["a.cn", "style", "style>", "a.cn:x"]))
@RELAXED
def test_a_url_that_is_accepted_for_a_link_renders_as_one_and_what_follows_it_stays(
    start: str, rest: str, kramdown: Kramdown
) -> None:
    url = plain_line(start + rest)
    if not is_link_url(url):
        return
    rendered = kramdown(f"<p>甲</p>\n\n<{escape_autolink_url(url)}>\n\n{FOOTER}")
    document = lxml_html.fromstring(f"<div>{rendered}</div>")
    assert [element.tag for element in document.iter()] == ["div", "p", "p", "a", "p", "a"]
    assert document.findall(".//a")[1].text == "返回首页"
