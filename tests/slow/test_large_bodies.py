"""Bodies of megabytes, in the shapes that take parsers longest: a quadratic step would not finish."""

from __future__ import annotations

import pytest

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.body.grammar import is_ordinary
from finews_crawler.content.kramdown import restore_quote
from finews_crawler.content.kramdown_inverse import restore_body

PIECES = [
    "<p>",
    "<",
    "{",
    "&",
    "<!--",
    '<p a="',
    "<p ",
    "</p>",
    "<p></p>",
    "<b>x",
    "<script>",
    "\u3000",
    "<b></p>",
    "&#1;",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("before", ["", "<p>", '<p title="'])
def test_is_ordinary_decides_megabytes_in_time(before: str, piece: str) -> None:
    assert not is_ordinary(before + piece * (5_000_000 // len(piece)))


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("before", ["", "<p>", '<p title="'])
def test_clean_body_cleans_half_a_megabyte_in_time(before: str, piece: str) -> None:
    cleaned = clean_body(before + piece * (500_000 // len(piece))).html
    assert not cleaned or is_ordinary(cleaned)


@pytest.mark.parametrize("piece", ["<p>", "<", "</p>", "<p></p>", "&amp;", '<p a="', "<!--", "<blockquote>\n  <p>"])
def test_a_megabyte_of_beginnings_is_read(piece: str) -> None:
    rendered = piece * (1_000_000 // len(piece))
    assert restore_body(rendered)
    assert restore_body(rendered, "0" * 64)
    assert restore_quote(rendered) == ("", rendered)
