"""render_body against the real kramdown, and restore_body against the bodies it came from."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finews_crawler.content.body.clean import is_ordinary
from finews_crawler.content.kramdown import is_restorable, render_body, restore_body, restore_quote
from finews_crawler.content.markdown import escape_inline
from tests.support.bodies import NOT_RESTORABLE, SEEN, ordinary_bodies
from tests.support.paths import FIXTURES

Kramdown = Callable[[str], str]
ALL = SEEN | NOT_RESTORABLE
TEXT = FIXTURES / "text"
RELAXED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", ALL)
def test_renders_as_kramdown_does(name: str, kramdown: Kramdown) -> None:
    assert is_ordinary(ALL[name])
    assert render_body(ALL[name]) == kramdown(ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_renders_as_kramdown_did(name: str) -> None:
    """The same, kept as files, for where there is no kramdown."""
    assert render_body(ALL[name]) == (TEXT / f"{name}.html").read_text(encoding="utf-8")


@RELAXED
@given(body=ordinary_bodies())
def test_renders_any_ordinary_body_as_kramdown_does(body: str, kramdown: Kramdown) -> None:
    assert is_ordinary(body)
    assert render_body(body) == kramdown(body)


@RELAXED
@given(body=ordinary_bodies())
def test_lines_after_any_ordinary_body_are_untouched(body: str, kramdown: Kramdown) -> None:
    after = "<http://a.cn/?infoCode=NW202205180000000001>\n\n[返回甲新闻](//b.cn/)｜[返回首页](//b.cn/)"
    assert kramdown(f"{body}\n\n{after}") == f"{render_body(body)}\n{kramdown(after)}"


@pytest.mark.parametrize("name", SEEN)
def test_bodies_as_seen_come_back(name: str) -> None:
    assert restore_body(render_body(SEEN[name])) == SEEN[name]
    assert is_restorable(SEEN[name])


@pytest.mark.parametrize("name", NOT_RESTORABLE)
def test_what_the_page_no_longer_shows(name: str) -> None:
    assert not is_restorable(NOT_RESTORABLE[name])


@given(body=ordinary_bodies())
def test_restored_is_ordinary_and_renders_the_same(body: str) -> None:
    restored = restore_body(render_body(body))
    assert is_ordinary(restored)
    assert render_body(restored) == render_body(body)
    assert is_restorable(restored)


def test_indented_comment(kramdown: Kramdown) -> None:
    body = "<p>甲</p>\n <!-- EM_Chart -->\n <p>乙</p>"
    assert kramdown(body) == "<p>甲</p>\n<p><!-- EM_Chart --></p>\n<p>乙</p>\n"
    # As upstream's <p><!-- EM_Chart --></p> is rendered too: what is restored is ordinary, at least.
    assert restore_body(kramdown(body)) == "<p>甲</p><!-- EM_Chart -->\n <p>乙</p>"


def without_what_it_may_change(html: str) -> str:
    """All but white space, how an ampersand is spelt, and the paragraph around a comment."""
    return re.sub(r"</?p>|\s", "", html.replace("&amp;", "&"))


@given(rendered=st.text() | st.text("<>p/ab \n!-=\"&;'") | ordinary_bodies())
def test_restores_anything_without_raising(rendered: str) -> None:
    digest, rest = restore_quote(rendered)
    assert rest == rendered if not digest else rendered.endswith(rest)
    assert without_what_it_may_change(restore_body(rendered)) == without_what_it_may_change(rendered)


@pytest.mark.parametrize("piece", ["<p>", "<", "</p>", "<p></p>", "&amp;", '<p a="', "<!--", "<blockquote>\n  <p>"])
def test_a_megabyte_of_beginnings_is_read(piece: str) -> None:
    rendered = piece * (1_000_000 // len(piece))
    assert restore_body(rendered)
    assert restore_quote(rendered) == ("", rendered)


def test_quote_of_a_rolling_post(kramdown: Kramdown) -> None:
    digest = "江城重工(600999)：拟以A&B名义增资<10亿元，同比增12.6%。"
    rendered = kramdown(f"> {escape_inline(digest)}\n\n{SEEN['tickers']}\n\n<http://a.cn/>")
    quote, rest = restore_quote(rendered)
    assert quote == digest
    assert rest.startswith(render_body(SEEN["tickers"]))


def test_no_quote() -> None:
    assert restore_quote("<p>甲</p>\n") == ("", "<p>甲</p>\n")
