"""A second way to rebuild a body: tags are balanced one after another, without the tree of an HTML parser.

It keeps text, pictures, tables and tickers where the parser's rules would lose them, and takes linear time for any
nesting. What it does not keep is formatting across blocks.
"""

from __future__ import annotations

from collections.abc import Iterable

from finews_crawler.content.body.grammar import MAX_DEPTH, PARENTS, ROW_GROUPS, may_open
from finews_crawler.content.body.html_tokens import VOID_ELEMENTS
from finews_crawler.content.body.named_elements import PLAYERS
from finews_crawler.content.body.normalize import spell_text
from finews_crawler.content.body.serializer import serialize_attributes
from finews_crawler.content.body.tokenizer import Kind, Token
from finews_crawler.content.body.whitelist import BLOCK_ELEMENTS, NESTED_BLOCKS

BLOCKS = BLOCK_ELEMENTS | NESTED_BLOCKS
TABLE_PARTS = frozenset(PARENTS)
TABLE = TABLE_PARTS | {"table"}
INDENTATION = "\u3000\u3000"


class FlatWriter:
    """Writes normalized tokens as blocks, each on a line of its own. Comments and players are left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._barriers = [0]
        self._players = 0

    def write(self, tokens: Iterable[Token]) -> str:
        for token in tokens:
            if token.kind in (Kind.START, Kind.END) and token.value in PLAYERS:
                self._players += 1 if token.kind is Kind.START else -1
            elif self._players > 0 or token.kind is Kind.COMMENT or token.value.startswith("x-"):
                continue
            elif token.kind is Kind.START:
                self._start_tag(token.value, token.attributes)
            elif token.kind is Kind.END:
                self._end_tag(token.value)
            else:
                self._text(spell_text(token).replace(INDENTATION, ""))
        self._close(0)
        return "".join(self._parts).removesuffix("\n")

    def _text(self, text: str) -> None:
        if not self._open:
            text = text.lstrip()
            if text:
                self._open_element("p")
        if text:
            self._parts.append(text)

    def _start_tag(self, name: str, attributes: str) -> None:
        spelt = serialize_attributes(name, attributes)
        if name == "img" and ' src="' not in spelt:
            return
        self._make_room(name)
        if may_open(name, self._open) and len(self._open) < MAX_DEPTH - 1:
            self._open_element(name, spelt)

    def _make_room(self, name: str) -> None:
        """Close what would not hold *name*, and open what has to be around it."""
        if name in BLOCKS and "p" in self._open[self._barrier() :]:
            self._close(self._last("p"))
        while len(self._open) > self._floor(name) and not may_open(name, self._open):
            self._close(len(self._open) - 1)
        if name in ("td", "th") and self._open and self._open[-1] in ("table", *ROW_GROUPS):
            self._open_element("tr")
        if not self._open and name not in BLOCK_ELEMENTS and name not in TABLE_PARTS:
            self._open_element("div" if name in NESTED_BLOCKS else "p")

    def _barrier(self) -> int:
        """Return the number of open elements up to the innermost table or cell, which nothing inside closes."""
        return self._barriers[-1]

    def _floor(self, name: str) -> int:
        """Return how many open elements stay open for *name*: a part of a table closes other parts, not the table."""
        if name in TABLE_PARTS:
            return self._last("table") + 1 if "table" in self._open else len(self._open)
        return self._barrier()

    def _end_tag(self, name: str) -> None:
        if name in self._open[0 if name in TABLE else self._barrier() :]:
            self._close(self._last(name))

    def _last(self, name: str) -> int:
        return len(self._open) - 1 - self._open[::-1].index(name)

    def _open_element(self, name: str, attributes: str = "") -> None:
        is_void = name in VOID_ELEMENTS
        self._parts.append(f"<{name}{attributes}{' /' if is_void else ''}>")
        if not is_void:
            self._open.append(name)
            if name in TABLE:
                self._barriers.append(len(self._open))

    def _close(self, depth: int) -> None:
        """Close the innermost elements until *depth* are open. An empty paragraph is left out."""
        while len(self._open) > depth:
            name = self._open.pop()
            if name in TABLE:
                self._barriers.pop()
            if self._parts[-1] == f"<{name}>" == "<p>":
                self._parts.pop()
                continue
            self._parts.append(f"</{name}>")
            if not self._open:
                self._parts.append("\n")
