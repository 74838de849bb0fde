"""Whitelist of an ordinary body: the elements, attributes, URLs and styles seen in news, and nothing else."""

from __future__ import annotations

import re

# Raw HTML to kramdown at the top level. Not <hr />: kramdown adds a blank line after it when a newline follows.
BLOCK_ELEMENTS = frozenset({
    "p", "center", "div", "table", "section", "article", "blockquote", "figure", "ul", "ol", "dl", "pre", "h1",
    "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
# Block elements that occur only inside another block.
NESTED_BLOCKS = frozenset({
    "caption", "col", "colgroup", "dd", "dt", "figcaption", "hr", "li", "tbody", "td", "tfoot", "th", "thead", "tr",
})  # fmt: skip
ELEMENTS = BLOCK_ELEMENTS | NESTED_BLOCKS | {
    "a", "abbr", "b", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s",
    "small", "span", "strike", "strong", "sub", "sup", "u",
}  # fmt: skip

ATTRIBUTES_EVERYWHERE = frozenset({"align", "class", "dir", "id", "lang", "style", "title"})
BOX = frozenset({"bgcolor", "border", "bordercolor", "height", "valign", "width"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    # Links to other articles: <a href="…/a/202609183877687754.html" textvalue="…">
    "a": frozenset({"href", "rel", "target", "textvalue"}),
    # An inline ticker: <span web="1" target="_blank" href="…" class="em_stock_key_common">
    "span": frozenset({"href", "target", "web"}),
    "li": frozenset({"value"}),
    "img": BOX | {"alt", "hspace", "src", "vspace"},
    "table": BOX | {"cellpadding", "cellspacing", "frame", "rules", "summary"},
    "td": BOX | {"colspan", "nowrap", "rowspan"},
    "th": BOX | {"colspan", "nowrap", "rowspan", "scope"},
    "br": frozenset({"clear"}),
    "font": frozenset({"color", "face", "size"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
} | dict.fromkeys(("col", "colgroup", "hr", "tbody", "tfoot", "thead", "tr"), BOX)
DATA_ATTRIBUTE = re.compile(r"data-[a-z0-9_-]+")

# The scheme is literal, so that no reference, tab or capital can hide another one. The only reference after it is
# &amp;, since others could decode to a space or a control character.
URL = re.compile(r"(?:https?:)?//[^\s\x00-\x20\x7f\\\"'<>`{}^|]+")
URL_REFERENCE = re.compile(r"&(?!amp;)(?:#|[A-Za-z][A-Za-z0-9]*;)")
IDENTIFIER = re.compile(r"[A-Za-z0-9_.:,-]+")

STYLE_PROPERTY = re.compile(
    r"(?:background(?:-[a-z]+)*|border(?:-[a-z]+)*|box-sizing|clear|color|direction|display|float"
    r"|font(?:-[a-z]+)*|height|letter-spacing|line-height|list-style(?:-type|-position)?|margin(?:-[a-z]+)*"
    r"|max-height|max-width|min-height|min-width|orphans|overflow(?:-[a-z]+)?|padding(?:-[a-z]+)*"
    r"|table-layout|text-(?:align(?:-last)?|autospace|decoration|indent|justify|transform)|vertical-align"
    r"|visibility|white-space|widows|width|word-(?:break|spacing|wrap))"
)
# \w matches names of Chinese fonts. The only function is a colour; / does not begin a comment.
STYLE_VALUE = re.compile(r"(?:[\w #%.,!'\"+-]|/(?![/*])|rgba?\([0-9., %]*\))*")
# A negative margin could draw the body over the rest of the page.
PULLS_OVER = re.compile(r"\s*(?:margin|padding|vertical-align)[a-z-]*\s*:.*-[0-9.]")


def is_allowed_attribute(element: str, name: str, value: str) -> bool:
    """Return True if *element* may have the attribute *name* with this raw value.

    >>> is_allowed_attribute("img", "src", "https://webquoteklinepic.eastmoney.com/GetPic.aspx?nid=1.600050&at=1")
    True
    >>> is_allowed_attribute("a", "href", "//finews.withounder.com/"), is_allowed_attribute("a", "href", "/x")
    (True, False)
    >>> is_allowed_attribute("a", "href", "//a.cn/&Tab;x"), is_allowed_attribute("p", "onclick", "x()")
    (False, False)
    >>> is_allowed_attribute("p", "style", "display:none;height:1px;overflow:hidden;")
    True
    """
    if name in ("href", "src"):
        is_url = URL.fullmatch(value) is not None and URL_REFERENCE.search(value) is None
        return is_url and name in ATTRIBUTES.get(element, ())
    if name == "style":
        return all(map(is_allowed_declaration, value.replace("&quot;", "'").split(";")))
    if name == "id":  # kramdown drops an empty one
        return IDENTIFIER.fullmatch(value) is not None
    if name in ATTRIBUTES_EVERYWHERE or name in ATTRIBUTES.get(element, ()):
        return True
    return DATA_ATTRIBUTE.fullmatch(name) is not None


def is_allowed_declaration(declaration: str) -> bool:
    """Return True if the ``property:value`` uses a property and plain values seen in news, or if it is empty.

    >>> is_allowed_declaration(" font-family:宋体, 'Microsoft YaHei'"), is_allowed_declaration("margin-top:-900px")
    (True, False)
    >>> is_allowed_declaration("background:url(//a.cn/x)"), is_allowed_declaration("position:fixed")
    (False, False)
    """
    name, colon, value = declaration.partition(":")
    if not colon:
        return not name.strip(" ")
    if PULLS_OVER.match(declaration):
        return False
    return STYLE_PROPERTY.fullmatch(name.strip(" ")) is not None and STYLE_VALUE.fullmatch(value) is not None
