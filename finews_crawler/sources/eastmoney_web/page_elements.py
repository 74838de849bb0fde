"""Elements of a page at their places in its text, so that a body is cut out of the page exactly as it was sent.

A tree would serialise the body anew. The scanner knows quotes, comments and scripts, so that a tag in one of them is
not taken for an element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from finews_crawler.content.body.html_tokens import unescape
from finews_crawler.content.body.tag_scanner import RAW_TEXT, Markup, attribute_of, scan, without
from finews_crawler.content.decoding import one_line


class Element(NamedTuple):
    """The content of an element: ``html[start:end]``."""

    start: int
    end: int
    after: int
    """Offset after its end tag."""
    markup: Markup
    is_closed: bool
    """False if the page ends before the element."""


class Page:
    """A page, scanned once."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.markup = list(scan(html))

    def elements(self, matches: Callable[[Markup], bool], within: Element | None = None) -> Iterator[Element]:
        """Yield the elements whose start tag matches, in document order, also those inside of others."""
        start, end = (within.start, within.end) if within else (0, len(self.html))
        for index, markup in enumerate(self.markup):
            if markup.name and not markup.is_closing and start <= markup.start < end and matches(markup):
                yield self._element(index)

    def first(self, matches: Callable[[Markup], bool], within: Element | None = None) -> Element | None:
        return next(self.elements(matches, within), None)

    def comment(self, text: str, within: Element) -> Markup | None:
        """Return the first comment in an element that is exactly *text*."""
        inside = (markup for markup in self.markup if within.start <= markup.start < within.end)
        return next((each for each in inside if not each.name and self.html[each.start : each.end] == text), None)

    def text(self, element: Element | None) -> str:
        """Return the text of an element as one line, without scripts; '' without an element."""
        return self.text_between(element.start, element.end) if element else ""

    def text_between(self, start: int, end: int) -> str:
        spans, hidden_from = [], -1
        for markup in self.markup:
            if not start <= markup.start < end:
                continue
            if markup.name in RAW_TEXT and not markup.is_closing:
                hidden_from = markup.start - start
            elif hidden_from >= 0:
                spans.append((hidden_from, markup.end - start))
                hidden_from = -1
            else:
                spans.append((markup.start - start, markup.end - start))
        return one_line(unescape(without(self.html[start:end], spans)))

    def _element(self, index: int) -> Element:
        """Return the element that begins with a start tag: up to the end tag of its name at its own level."""
        opened, depth = self.markup[index], 0
        for markup in self.markup[index:]:
            if markup.name == opened.name:
                depth += -1 if markup.is_closing else 1
                if depth == 0:
                    return Element(opened.end, markup.start, markup.end, opened, is_closed=True)
        return Element(opened.end, len(self.html), len(self.html), opened, is_closed=False)


def has_class(name: str) -> Callable[[Markup], bool]:
    """Return a function that matches the start tags with this class among others.

    >>> page = Page('<div class="infos left"><div class="item">甲</div></div>')
    >>> page.text(page.first(has_class("infos"))), page.first(has_class("info"))
    ('甲', None)
    """
    return lambda markup: name in attribute_of(markup, "class").split()


def has_id(name: str) -> Callable[[Markup], bool]:
    return lambda markup: attribute_of(markup, "id") == name


def is_named(*names: str) -> Callable[[Markup], bool]:
    return lambda markup: markup.name in names
