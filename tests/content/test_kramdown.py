"""render_body compared with the real kramdown, and restore_body as its inverse."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.clean import clean_body, remove_indentation
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.kramdown import render_body, restore_quote
from finews_crawler.content.kramdown_inverse import restore_body
from finews_crawler.content.markdown import escape_inline
from tests.support.bodies import NOT_RESTORABLE, SEEN, ordinary_bodies
from tests.support.paths import FIXTURES
from tests.support.today_bodies import TODAY

Kramdown = Callable[[str], str]
ALL = SEEN | NOT_RESTORABLE
TEXT = FIXTURES / "text"


def hash_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


@pytest.mark.parametrize("name", ALL)
def test_render_body_equals_kramdown(name: str, kramdown: Kramdown) -> None:
    assert is_ordinary(ALL[name])
    assert render_body(ALL[name]) == kramdown(ALL[name])


@pytest.mark.parametrize("name", TODAY)
def test_bodies_of_today_are_kept_and_rendered_as_by_kramdown(name: str, kramdown: Kramdown) -> None:
    cleaned = clean_body(TODAY[name])
    assert (cleaned.html, cleaned.rebuilt) == (remove_indentation(TODAY[name]), False)
    assert render_body(cleaned.html) == kramdown(cleaned.html)


@pytest.mark.parametrize("name", ALL)
def test_render_body_equals_stored_renderings_of_kramdown(name: str) -> None:
    """Compare with stored renderings, which need no kramdown."""
    assert render_body(ALL[name]) == (TEXT / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_restore_body_returns_the_body_with_the_hash(name: str) -> None:
    assert restore_body(render_body(ALL[name]), hash_of(ALL[name])) == ALL[name]


@pytest.mark.parametrize("separator", ["", "\n", "\n ", "\r\n", "\r\n "])
@pytest.mark.parametrize("name", ["k-line", "table", "image"])
def test_restore_body_finds_each_separator_by_the_hash(name: str, separator: str) -> None:
    body = SEEN[name].replace("\n ", separator)
    everywhere = body.replace("</p><p", f"</p>{separator}<p")
    for spelt in (body, everywhere):
        assert restore_body(render_body(spelt), hash_of(spelt)) == spelt


@pytest.mark.parametrize("name", SEEN)
def test_restore_body_without_a_hash_leaves_nothing_between_blocks(name: str) -> None:
    restored = restore_body(render_body(SEEN[name]))
    assert restored == re.sub(r"(?<=>)\r?\n ", "", SEEN[name]).replace("\r\n", "\n")
    assert restore_body(render_body(SEEN[name]), "0" * 64) == restored


@pytest.mark.parametrize("name", NOT_RESTORABLE)
def test_restore_body_needs_the_hash_for_unusual_spellings(name: str) -> None:
    assert restore_body(render_body(NOT_RESTORABLE[name])) != NOT_RESTORABLE[name]


@given(body=ordinary_bodies())
def test_a_restored_body_is_ordinary_and_renders_the_same(body: str) -> None:
    restored = restore_body(render_body(body))
    assert is_ordinary(restored)
    assert render_body(restored) == render_body(body)
    assert restore_body(render_body(restored)) == restored


def test_restore_body_keeps_a_paragraph_that_contains_only_a_comment(kramdown: Kramdown) -> None:
    body = "<p>甲</p><p><!-- EM_Chart --></p><p>乙</p>"
    assert restore_body(kramdown(body)) == body
    # kramdown renders an indented comment, which no cleaned body has, alike.
    assert kramdown("<p>甲</p>\n <!-- EM_Chart -->\n <p>乙</p>") == kramdown(body)
    spaced = body.replace("</p><p>", "</p>\n <p>")
    assert restore_body(kramdown(spaced), hash_of(spaced)) == spaced


def without_what_it_may_change(html: str) -> str:
    """Return the body without what a rendering loses: white space, and the spelling of ampersands."""
    return re.sub(r"\s", "", html.replace("&amp;", "&"))


@given(rendered=st.text() | st.text("<>p/ab \n!-=\"&;'") | ordinary_bodies())
def test_restore_body_never_raises(rendered: str) -> None:
    digest, rest = restore_quote(rendered)
    assert rest == rendered if not digest else rendered.endswith(rest)
    assert without_what_it_may_change(restore_body(rendered)) == without_what_it_may_change(rendered)


def test_restore_quote_returns_the_digest_of_a_rolling_post(kramdown: Kramdown) -> None:
    digest = "江城重工(600999)：拟以A&B名义增资<10亿元，同比增12.6%。"
    rendered = kramdown(f"> {escape_inline(digest)}\n\n{SEEN['tickers']}\n\n<http://a.cn/>")
    quote, rest = restore_quote(rendered)
    assert quote == digest
    assert rest.startswith(render_body(SEEN["tickers"]))


def test_restore_quote_without_a_quote() -> None:
    assert restore_quote("<p>甲</p>\n") == ("", "<p>甲</p>\n")
