"""Event-driven parser of pages with lists: the tree of a page with 35,000 rows would take 30 MiB more.

Old and own pages have the same format: rows are ``<ul><li><a href>``, an outlet's heading is ``<h2 id>``, some with a
link in it. Pages of the own site also list their months in ``<nav class="months">``; its home page has no headings of
outlets, but a link ``rel="contents"`` to the page that lists all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml.etree import fromstring
from lxml.html import HTMLParser


@dataclass
class Heading:
    """An ``<h2>`` that has an id."""

    id: str
    hrefs: list[str] = field(default_factory=list)
    """Targets of the links directly in it."""


@dataclass
class _Element:
    """An element that is open."""

    tag: str
    heading: Heading | None = None
    """Set if it is a heading with an id."""
    has_rows: bool = False
    part: str = ""
    """``section`` or ``months`` for the first of its kind on the page."""


class ListPage:
    """Links and headings of a page; a parser target of lxml, which calls ``start`` and ``end`` for each element.

    A page has one section and one list of months: any further one is ignored.
    """

    def __init__(self) -> None:
        self.hrefs: list[str] = []
        """Targets of the links in rows."""
        self.headings: list[Heading] = []
        self.months: list[str] = []
        """Targets of the links to the months of a category."""
        self.other_hrefs: list[str] = []
        """Targets of the section's other links."""
        self.contents: list[str] = []
        """Targets of the section's links to the page of all outlets."""
        self.has_section = False
        self.has_empty_list = False
        """True if the section contains a list without rows."""
        self._open: list[_Element] = []
        self._met: set[str] = set()
        self._inside: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        element = _Element(tag)
        if tag == "a" and "href" in attributes:
            self._add_link(attributes["href"], attributes.get("rel"))
        elif tag == "li" and self._parent("ul"):
            self._open[-1].has_rows = True
        elif tag == "h2" and "id" in attributes:
            element.heading = Heading(attributes["id"])
            self.headings.append(element.heading)
        elif tag == "section":
            self.has_section = True
            self._enter("section", element)
        elif tag == "nav" and "months" in attributes.get("class", "").split():
            self._enter("months", element)
        self._open.append(element)

    def end(self, tag: str) -> None:
        element = self._open.pop()
        self._inside.discard(element.part)
        if element.tag == "ul" and not element.has_rows and "section" in self._inside:
            self.has_empty_list = True

    def close(self) -> ListPage:
        """Return the result of the parser."""
        return self

    def _add_link(self, href: str, rel: str | None) -> None:
        if self._parent("li", "ul"):
            self.hrefs.append(href)
        if self._open and (heading := self._open[-1].heading):
            heading.hrefs.append(href)
        if rel == "section" and "months" in self._inside:
            self.months.append(href)
        elif "section" in self._inside and not any(element.tag in ("li", "h2") for element in self._open):
            (self.contents if rel == "contents" else self.other_hrefs).append(href)

    def _enter(self, part: str, element: _Element) -> None:
        if part not in self._met:
            element.part = part
            self._met.add(part)
            self._inside.add(part)

    def _parent(self, *tags: str) -> bool:
        """Return True if the innermost open elements are *tags*, the innermost first."""
        return [element.tag for element in self._open[: -len(tags) - 1 : -1]] == list(tags)


def read_list_page(text: str) -> ListPage:
    """Parse the HTML of a page. Never raises.

    >>> page = read_list_page('<h2 id="A">A</h2><ul><li><a href="/a.html">T</a></li></ul>')
    >>> page.hrefs, page.headings
    (['/a.html'], [Heading(id='A', hrefs=[])])
    """
    body = text.replace("\x00", "").encode("utf-8", "replace")
    page = ListPage()
    fromstring(body, parser=HTMLParser(encoding="utf-8", huge_tree=True, target=page))
    return page
