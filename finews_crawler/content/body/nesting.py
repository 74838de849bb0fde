"""Which element may open inside which, as far as browsers close one at the start of another.

A browser that meets <table> inside <table><section> closes the outer table, and the section with it; the body's
</section> then closes the page's own. Balanced tags are not enough to keep a body inside its place.
Source: the HTML standard, "Parsing HTML documents": start tags that close what is open.
"""

from __future__ import annotations

from collections.abc import Sequence

ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
PARENTS = {
    "caption": frozenset({"table"}),
    "col": frozenset({"colgroup", "table"}),
    "colgroup": frozenset({"table"}),
    "td": frozenset({"tr"}),
    "th": frozenset({"tr"}),
    "tr": ROW_GROUPS | {"table"},
} | dict.fromkeys(ROW_GROUPS, frozenset({"table"}))
HOLD_PARTS_ONLY = frozenset({"colgroup", "table", "tr"}) | ROW_GROUPS
LISTS = {"li": frozenset({"ol", "ul"}), "dd": frozenset({"dl"}), "dt": frozenset({"dl"})}
ITEMS = {"li": frozenset({"li"}), "dd": frozenset({"dd", "dt"}), "dt": frozenset({"dd", "dt"})}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def may_open(name: str, open_elements: Sequence[str]) -> bool:
    """Whether *name* opens inside *open_elements* (outermost first) without closing one of them.

    A paragraph is no matter: whatever closes it, its own end tag then closes nothing else.

    >>> may_open("table", ["table", "tr", "td"]), may_open("section", ["table"]), may_open("table", ["table"])
    (True, False, False)
    >>> may_open("li", ["ul", "li", "ul"]), may_open("li", ["ul", "li", "div"]), may_open("td", ["table", "tr", "td"])
    (True, False, False)
    """
    parent = open_elements[-1] if open_elements else ""
    if name in PARENTS or parent in HOLD_PARTS_ONLY:
        return parent in PARENTS.get(name, ())
    if name in LISTS:
        return _is_next_item(name, open_elements)
    if name == "a":
        return "a" not in open_elements
    return not (name in HEADINGS and parent in HEADINGS)


def _is_next_item(name: str, open_elements: Sequence[str]) -> bool:
    """Whether a list opened after the last item that a new one would close."""
    for element in reversed(open_elements):
        if element in LISTS[name]:
            return True
        if element in ITEMS[name]:
            return False
    return True
