"""What a page of lists holds, read as it is parsed: with the tree of 35,000 rows a crawl's peak was 30 MiB higher.

The shapes are those of the old archive's pages and of our site's: rows are ``<ul><li><a href>``, a medium's heading is
``<h2 id>`` with perhaps a link in it, and a page of our site names its months in ``<nav class="months">``.
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
    """Where the links that stand directly in it lead."""


@dataclass
class _Element:
    """An element that is open."""

    tag: str
    heading: Heading | None = None
    """What it is, when it is a heading with an id."""
    has_rows: bool = False
    part: str = ""
    """``section`` or ``months``, when it is the page's first."""


class ListPage:
    """A page of lists; to lxml it is a parser's target, which hears of each tag as it opens and closes.

    A page has one section and one list of months: nothing is read of a second.
    """

    def __init__(self) -> None:
        self.hrefs: list[str] = []
        """Where the links of the rows lead."""
        self.headings: list[Heading] = []
        self.months: list[str] = []
        """Where the links to the months of a category lead."""
        self.has_section = False
        self.has_empty_list = False
        """Whether the section holds a list without rows."""
        self._open: list[_Element] = []
        self._met: set[str] = set()
        self._inside: set[str] = set()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Hear of an element that opens."""
        element = _Element(tag)
        if tag == "a" and "href" in attributes:
            self._hear_link(attributes["href"], attributes.get("rel"))
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
        """Hear that the innermost element closes; lxml also says which."""
        element = self._open.pop()
        self._inside.discard(element.part)
        if element.tag == "ul" and not element.has_rows and "section" in self._inside:
            self.has_empty_list = True

    def close(self) -> ListPage:
        """Hear that the page is at its end."""
        return self

    def _hear_link(self, href: str, rel: str | None) -> None:
        if self._parent("li", "ul"):
            self.hrefs.append(href)
        if self._open and (heading := self._open[-1].heading):
            heading.hrefs.append(href)
        if rel == "section" and "months" in self._inside:
            self.months.append(href)

    def _enter(self, part: str, element: _Element) -> None:
        if part not in self._met:
            element.part = part
            self._met.add(part)
            self._inside.add(part)

    def _parent(self, *tags: str) -> bool:
        """Whether the innermost elements are these, from within."""
        return [element.tag for element in self._open[: -len(tags) - 1 : -1]] == list(tags)


def read_list_page(text: str) -> ListPage:
    """Read a page's HTML.

    >>> page = read_list_page('<h2 id="A">A</h2><ul><li><a href="/a.html">T</a></li></ul>')
    >>> page.hrefs, page.headings
    (['/a.html'], [Heading(id='A', hrefs=[])])
    """
    body = text.replace("\x00", "").encode("utf-8", "replace")
    page = ListPage()
    fromstring(body, parser=HTMLParser(encoding="utf-8", huge_tree=True, target=page))
    return page
