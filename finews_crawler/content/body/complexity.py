"""Limits beyond which an HTML parser needs more than linear time, or writes much more than it reads."""

from __future__ import annotations

import re
from collections import Counter

# Beyond these limits the parser needs more than linear time. Measured: 100,000 nested <div> take 20 s, 140,000 <b></p>
# 140 s, 5,000,000 ``&`` 180 s.
MAX_OPEN = 3_000
MAX_ATTRIBUTES = 10_000
MAX_AMPERSANDS = 100_000
# The parser reopens each of these that a block left open, with its attributes, in every later block.
FORMATTING = frozenset({
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
})  # fmt: skip
MAX_EXPANSION = 4
ALLOWED_EXPANSION = 1_000_000
A_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*")
# Tags, except of elements whose end tag is forbidden or optional.
START_OR_END = re.compile(
    r"<(/?)(?!(?:area|br|col|d[dt]|embed|hr|img|input|li|link|meta|option|p|t[dhr]|tbody|wbr)\b)([a-z][a-z0-9]*)",
    re.IGNORECASE,
)


def is_too_complex(html: str) -> bool:
    """Return True if nesting or a single tag exceeds what articles have and what the parser handles in linear time.

    *html*: normalized, that is without an angle bracket in text or values.

    >>> bodies = ("<div>" * 100_000, "<b></p>" * 100_000, "<p a" + "=1 a" * 100_000)
    >>> tuple(map(is_too_complex, bodies))
    (True, True, True)
    >>> is_too_complex("<div><p>军团<br></div>" * 10_000)
    False
    """
    if html.count("&") > MAX_AMPERSANDS or any(map(_has_too_many_attributes, html.split("<"))):
        return True
    return _is_too_open(html) or _expands(html)


def _has_too_many_attributes(part: str) -> bool:
    tag = part.partition(">")[0]
    return max(part.count("="), tag.count("/") + len(tag.split())) > MAX_ATTRIBUTES


def _expands(html: str) -> bool:
    """Return True if the parser's output would be much longer than its input.

    >>> _expands('<p><b title="' + "A" * 20_000 + '">' + "<p>x" * 5_000), _expands("<p><b>甲</b></p>" * 10_000)
    (True, False)
    """
    left_open: dict[str, list[int]] = {}
    length = expansion = 0
    for match in A_TAG.finditer(html):
        name = match[2].lower()
        if name not in FORMATTING:
            expansion += 0 if match[1] else length
        elif not match[1]:
            left_open.setdefault(name, []).append(len(match[0]))
            length += len(match[0])
        elif left_open.get(name):
            length -= left_open[name].pop()
        if expansion > MAX_EXPANSION * len(html) + ALLOWED_EXPANSION:
            return True
    return False


def _is_too_open(html: str) -> bool:
    open_now: Counter[str] = Counter()
    total = 0
    for end, name in START_OR_END.findall(html):
        change = (-1 if open_now[name] else 0) if end else 1
        open_now[name] += change
        total += change
        if total > MAX_OPEN:
            return True
    return False
