"""Tags and comments of HTML of any shape, at the places where a browser's tokenizer finds them.

Unlike ``html_tokens``, which reads the strict spelling of ordinary bodies, this reads what upstream sends, so that
mark-up can be removed from it without a change to anything else. A tag inside an attribute's value, a comment or a
script is not one. Linear in the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from finews_crawler.content.body.html_tokens import unescape

# A quote begins a value only after =. One that is never closed ends the scan: for a browser, the tag has no end.
ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>][^\s/>=]*+)
        (?: \s*+=\s*+ (?: "(?P<double>[^"]*+)" | '(?P<single>[^']*+)' | (?P<bare>[^\s>"'][^\s>]*+) )
          | (?! \s*+=\s*+["'] ) )""",
    re.VERBOSE,
)
_USUAL_ATTRIBUTE = r"""[ ][a-z][a-z0-9-]*+="[^"]*+" """
_ANY_ATTRIBUTE = re.sub(r"\?P<\w+>", "?:", ATTRIBUTE.pattern)
# A tag, comment or bogus comment, which a doctype or an end tag without a name is to a browser, after any text. It
# matches everywhere, also without one: otherwise a search would go on from each of the following characters.
TOKEN = re.compile(
    rf"""
    [^<]*+ (?: <(?![A-Za-z/!?]) [^<]*+ )*+
    (?: (?P<tag> <(?P<closing>/?+) (?P<name>[A-Za-z][^\s/>]*+)
                 (?P<attributes> (?:{_USUAL_ATTRIBUTE})*+ (?: [\s/]++ | {_ANY_ATTRIBUTE} )*+ ) > )
      | (?P<comment> <!-- (?: -?> | .*?--!?> ) )
      | (?P<bogus> < (?: (?!!--)[!?] | /(?![A-Za-z]) ) [^>]*+ > )
      | )
    """,
    re.VERBOSE | re.DOTALL,
)
# Elements whose content is text up to their end tag, whatever it looks like.
RAW_TEXT = frozenset({
    "iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "textarea", "title", "xmp",
})  # fmt: skip


class Markup(NamedTuple):
    """One tag or comment."""

    start: int
    end: int
    """Offsets in the body: the mark-up is ``html[start:end]``."""
    name: str
    """Name of the element in lower case; '' for a comment."""
    is_closing: bool = False
    attributes: str = ""
    """As spelt, for ``attribute_of``."""


def scan(html: str) -> Iterator[Markup]:
    """Yield the tags and comments of *html* in document order; stop before one that has no end. Never raises.

    >>> html = '<p title="<b>">甲<br></p>'
    >>> [html[markup.start : markup.end] for markup in scan(html)]
    ['<p title="<b>">', '<br>', '</p>']
    >>> list(scan('<a title="甲</a>'))
    []
    """
    position = 0
    while position >= 0:
        for match in TOKEN.finditer(html, position):
            if match.lastgroup is None:
                return
            position = match.end()
            yield (markup := _markup(match))
            if markup.name in RAW_TEXT and not markup.is_closing:
                break
        else:
            return
        position = _end_of_raw_text(html, markup)


def _markup(match: re.Match[str]) -> Markup:
    closing, name, attributes = match.group("closing", "name", "attributes")
    if name is None:
        return Markup(match.start(match.lastgroup or 0), match.end(), "")
    return Markup(match.start("tag"), match.end(), name.lower(), bool(closing), attributes)


def _end_of_raw_text(html: str, markup: Markup) -> int:
    """Return where the end tag of a raw text element begins; -1 without one."""
    closing = re.compile(rf"</{markup.name}(?=[\s/>])", re.IGNORECASE).search(html, markup.end)
    return closing.start() if closing else -1


def attribute_of(markup: Markup, name: str) -> str:
    """Return the decoded value of the first attribute *name* in any capitals; '' without one.

    >>> attribute_of(next(scan("<a title='class=x' CLASS=keytip>")), "class")
    'keytip'
    """
    for found in ATTRIBUTE.finditer(markup.attributes):
        if found["name"].lower() == name:
            return unescape(found["double"] or found["single"] or found["bare"] or "")
    return ""


def without(html: str, spans: list[tuple[int, int]]) -> str:
    """Return *html* without its parts at *spans*, pairs of start and end that do not overlap, in any order."""
    kept, position = [], 0
    for start, end in sorted(spans):
        kept.append(html[position:start])
        position = end
    return "".join(kept) + html[position:]
