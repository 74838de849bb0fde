"""Tokenizer: CDATA is text in SVG and MathML, and an odd tag is one if all tags are read as a browser reads them."""

from __future__ import annotations

import pytest

from finews_crawler.content.body.tokenizer import Kind, tokenize

ODD_TAG = (Kind.START, "b，c")
AS_TEXT = [(Kind.TEXT, "<b"), (Kind.TEXT, "，c>")]


@pytest.mark.parametrize(("is_exact", "tag"), [(True, [ODD_TAG]), (False, AS_TEXT)])
@pytest.mark.parametrize(("root", "cdata"), [("svg", (Kind.LITERAL, "<p>")), ("p", (Kind.TEXT, "]]>"))])
def test_an_odd_tag_and_cdata(root: str, cdata: tuple[Kind, str], is_exact: bool, tag: list[tuple[Kind, str]]) -> None:
    tokens = tokenize(f"<{root}><b，c><![CDATA[<p>]]></{root}>", is_exact=is_exact)
    found = [(token.kind, token.value) for token in tokens]
    assert found == [(Kind.START, root), *tag, cdata, (Kind.END, root)]
