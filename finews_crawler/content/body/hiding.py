"""Which elements of a body hide their content for certain: a browser may close an element earlier than its end tag.

Content is left out as hidden only where no rule of HTML parsing can bring any of it into sight; otherwise it is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from finews_crawler.content.body.named_elements import FOREIGN_ROOTS, PLAYERS, STRUCTURE, VOID, hides
from finews_crawler.content.body.tokenizer import Kind, Token, attributes_of

MAY_HIDE = PLAYERS | {"template"}
INLINE = frozenset({
    "a", "abbr", "b", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "q", "s", "small", "span",
    "strike", "strong", "sub", "sup", "u",
})  # fmt: skip
HOLDS_BLOCKS = frozenset({"blockquote", "center", "div", "section", "template"})


def hiding_elements(tokens: Sequence[Token]) -> set[int]:
    """Return the indexes of the start tags whose content is hidden: by an attribute, by a style, or as a fallback.

    What is between such a tag and its end tag is text, inline elements, and blocks in blocks, each closed in order.

    >>> from finews_crawler.content.body.tokenizer import tokenize
    >>> hiding_elements(list(tokenize("<p hidden>广告</p><p hidden>甲<div>乙</div></p>")))
    {0}
    """
    finder = _Finder()
    for index, token in enumerate(tokens):
        finder.read(index, token)
    return finder.found


class _Finder:
    def __init__(self) -> None:
        self.found: set[int] = set()
        self._open: list[tuple[str, int]] = []
        self._names: Counter[str] = Counter()
        self._candidates: list[int] = []
        """Start tags that hide and are still open, in which everything was in order so far."""
        self._in_foreign = False

    def read(self, index: int, token: Token) -> None:
        if token.kind is Kind.START:
            self._start(index, token)
        elif token.kind is Kind.END:
            self._end(token.value)
        elif token.kind is Kind.TEXT and "<" in token.value:
            self._candidates.clear()

    def _start(self, index: int, token: Token) -> None:
        name = token.value
        self._in_foreign = self._in_foreign or name in FOREIGN_ROOTS
        if name in VOID:
            return
        if self._candidates and not self._is_in_order(name):
            self._candidates.clear()
        self._open.append((name, index))
        self._names[name] += 1
        if self._may_hide(token):
            self._candidates.append(index)

    def _may_hide(self, token: Token) -> bool:
        if self._in_foreign or token.is_self_closing or token.value in STRUCTURE or self._names["select"]:
            return False
        return token.value in MAY_HIDE or (bool(token.attributes) and hides(attributes_of(token), token.value))

    def _is_in_order(self, name: str) -> bool:
        if name in INLINE:
            return name != "a" or not self._names["a"]
        return (name == "p" or name in HOLDS_BLOCKS) and self._open[-1][0] in HOLDS_BLOCKS

    def _end(self, name: str) -> None:
        if not self._names[name]:
            self._candidates.clear()
            return
        if self._open[-1][0] != name:
            self._candidates.clear()
        while True:
            opened, index = self._open.pop()
            self._names[opened] -= 1
            if opened == name:
                break
        if self._candidates and self._candidates[-1] == index:
            self.found.add(self._candidates.pop())
