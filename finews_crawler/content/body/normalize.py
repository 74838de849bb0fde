"""Tokens of a body reduced to what a post may have: elements that are not allowed are unwrapped, and their text stays.

Also unwraps elements that HTML does not know, and those of SVG and MathML, which nh3 would drop with their text.
"""

from __future__ import annotations

import html as html_escaping
import re
from collections.abc import Iterable, Iterator, Sequence

from finews_crawler.content.body.hiding import hiding_elements
from finews_crawler.content.body.html_tokens import unescape
from finews_crawler.content.body.named_elements import PLAYERS, STRUCTURE, VOID, may_hide
from finews_crawler.content.body.tokenizer import Kind, Token, attributes_of
from finews_crawler.content.body.whitelist import (
    ATTRIBUTES,
    ATTRIBUTES_EVERYWHERE,
    BLOCK_ELEMENTS,
    DATA_ATTRIBUTE,
    ELEMENTS,
    NESTED_BLOCKS,
)

# Blocks that posts do not have, and what browsers read under another name.
RENAMED = {"image": "img", "listing": "pre"} | dict.fromkeys(
    (
        "address", "aside", "details", "dialog", "dir", "fieldset", "footer", "header", "hgroup", "legend", "main",
        "menu", "nav", "optgroup", "option", "search", "summary", "template",
    ),
    "div",
)  # fmt: skip
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
TICKER = "data-code"
# A reference that a tag ends: without the tag, the text after it would become part of it.
CUT_REFERENCE = re.compile(r"&[#A-Za-z0-9]*\Z")
LINE_BREAKING = BLOCK_ELEMENTS | NESTED_BLOCKS | {"br"}


def normalize(tokens: Sequence[Token], *, hides: bool = True) -> Iterator[Token]:
    """Yield *tokens* with allowed elements, players, and elements that are unwrapped later; values fit for quotes.

    Elements to unwrap have an ``x-`` before their names: to nh3 they are neither SVG nor MathML, and a browser, too,
    builds the tree with them. Hidden ones and tickers are spans. What might hide text that a browser shows, such as an
    unclosed player, hides nothing. *hides*: False to show everything that is not raw text.
    """
    hiding = hiding_elements(tokens) if hides else set()
    last_end = {token.value: index for index, token in enumerate(tokens) if token.kind is Kind.END}
    wrappers: dict[str, list[bool]] = {}
    for index, token in enumerate(tokens):
        if token.kind is Kind.START:
            yield from _start(token, index in hiding, index < last_end.get(token.value, -1), wrappers)
        elif token.kind is Kind.END:
            yield _end(RENAMED.get(token.value, token.value), wrappers)
        else:
            yield token


def _start(token: Token, is_hiding: bool, is_closed: bool, wrappers: dict[str, list[bool]]) -> Iterator[Token]:
    name = RENAMED.get(token.value, token.value)
    attributes = attributes_of(token) if token.attributes else {}
    if token.value == "template" and is_hiding:
        attributes = {"hidden": ""}
    if not is_hiding and name not in VOID and may_hide(attributes):
        attributes = {key: value for key, value in attributes.items() if key not in ("hidden", "style")}
    if name in ELEMENTS:
        yield Token(Kind.START, name, _spell(name, attributes))
    elif name in PLAYERS:
        if is_hiding:
            yield Token(Kind.START, name)
    elif name not in VOID and name not in STRUCTURE:
        is_wrapper = is_hiding or (is_closed and TICKER in attributes)
        wrappers.setdefault(name, []).append(is_wrapper)
        yield Token(Kind.START, "span", _spell("span", attributes)) if is_wrapper else Token(Kind.START, f"x-{name}")


def _end(name: str, wrappers: dict[str, list[bool]]) -> Token:
    if name in ELEMENTS or name in PLAYERS:
        return Token(Kind.END, name)
    is_wrapper = bool(wrappers.get(name)) and wrappers[name].pop()
    return Token(Kind.END, "span" if is_wrapper else f"x-{name}")


def _spell(element: str, attributes: dict[str, str]) -> str:
    allowed = ATTRIBUTES.get(element, frozenset()) | ATTRIBUTES_EVERYWHERE | {"hidden"}
    return "".join(
        f' {name}="{_spell_value(value)}"'
        for name, value in attributes.items()
        if name in allowed or DATA_ATTRIBUTE.fullmatch(name)
    )


def _spell_value(value: str) -> str:
    return value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def spell_text(token: Token) -> str:
    """Return the text of a token with its character references, without angle brackets and control characters.

    >>> spell_text(Token(Kind.TEXT, "A&amp;B<1&lt")), spell_text(Token(Kind.LITERAL, "<b>&amp;"))
    ('A&amp;B&lt;1&lt;', '&lt;b&gt;&amp;amp;')
    """
    text = _without_controls(token.value)
    if token.kind is Kind.LITERAL:
        return html_escaping.escape(text, quote=False)
    if "&" in text and "\u3000" in text:  # which is removed later: &\u3000\u3000lt;
        return _decoded(text)
    if "&" in text:
        text = CUT_REFERENCE.sub(lambda match: _decoded(match.group()), text)
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _decoded(text: str) -> str:
    return html_escaping.escape(_without_controls(unescape(text)), quote=False)


def _without_controls(text: str) -> str:
    return CONTROLS.sub("", text.replace("\f", " "))


def markup_of(tokens: Iterable[Token]) -> str:
    """Return normalized tokens as HTML without an angle bracket in text or values."""
    return "".join(map(_markup_of, tokens))


def _markup_of(token: Token) -> str:
    if token.kind is Kind.START:
        return f"<{token.value}{token.attributes}>"
    if token.kind is Kind.END:
        return f"</{token.value}>"
    return f"<!--{token.value}-->" if token.kind is Kind.COMMENT else spell_text(token)


def text_lines(tokens: Iterable[Token]) -> list[str]:
    """Return the text of normalized tokens as spelt for HTML: a line for each block, without players and blank lines.

    >>> text_lines([Token(Kind.TEXT, "甲<1"), Token(Kind.START, "p"), Token(Kind.TEXT, " 乙 ")])
    ['甲&lt;1', '乙']
    """
    pieces: list[str] = []
    players = 0
    for token in tokens:
        if token.kind is Kind.START or token.kind is Kind.END:
            players += (1 if token.kind is Kind.START else -1) if token.value in PLAYERS else 0
            pieces += ["\n"] if token.value in LINE_BREAKING else []
        elif token.kind is not Kind.COMMENT and players <= 0:
            pieces.append(spell_text(token))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return [line for line in lines if line]
