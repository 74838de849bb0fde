"""Elements that decide whether a reader sees their content. Source: HTML Living Standard, "Rendering" and "Parsing"."""

from __future__ import annotations

import re
from collections.abc import Mapping

PLAYERS = frozenset({"audio", "video"})
"""Their content is for browsers that cannot play."""
HIDDEN = PLAYERS | {"iframe", "noembed", "noframes", "script", "style", "template", "title"}
"""Never shown, whatever attributes they have. The content of any other element is text of the article: the fallback of
``object`` and ``canvas``, ``noscript``, the options of a ``select``, text in SVG and MathML."""

LITERAL = frozenset({"plaintext", "textarea", "xmp"})
"""Shown, but mark-up in them is text."""
RAW_TEXT = LITERAL | {"iframe", "noembed", "noframes", "script", "style", "title"}
"""Their content ends at their end tag, whatever it looks like. ``noscript`` is none: scripts do not run in a post."""

FOREIGN_ROOTS = frozenset({"math", "svg"})
"""Within these, no element has raw text, and CDATA sections are text."""
BREAKOUT = frozenset({
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "font", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre",
    "ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tt", "u", "ul", "var",
})  # fmt: skip
"""Start tags that end SVG and MathML."""

VOID = frozenset({
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "keygen",
    "link", "meta", "param", "source", "track", "wbr",
})  # fmt: skip
"""Start tags without an end tag."""
STRUCTURE = frozenset({"body", "frame", "frameset", "head", "html"})
"""Tags that a browser ignores inside a body."""
# A style with other signs may read differently in CSS: style='font:"a;display:none'.
PLAIN_STYLE = re.compile(r"""[^"'(){}\[\]\\<>@]*""")
DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)\s*(?:!\s*important\s*)?(?=;|/\*|\Z)", re.IGNORECASE)


def hides(attributes: Mapping[str, str], element: str = "") -> bool:
    """Return True if an element with these attributes is hidden for certain. A style counts more than ``hidden``.

    Chromium shows a ``<marquee hidden>``: it has a ``display`` in the browser's own style sheet.

    >>> hides({"hidden": ""}), hides({"style": "DISPLAY: None"}), hides({"hidden": "", "style": "display:block"})
    (True, True, False)
    """
    style = attributes.get("style", "")
    if not PLAIN_STYLE.fullmatch(style):
        return False
    display = DISPLAY.findall(style)
    return display[-1].lower() == "none" if display else "hidden" in attributes and element != "marquee"


def may_hide(attributes: Mapping[str, str]) -> bool:
    """Return True if an element with these attributes may be hidden."""
    return "hidden" in attributes or "none" in attributes.get("style", "").lower()
