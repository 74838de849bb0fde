"""Text with characters that could not be decoded, each of which is U+FFFD. Pure.

A byte that is damaged on the way costs one character (see ``content.decoding``). Text that has lost many of them is no
text: it neither replaces another surface's, nor becomes a post.
"""

from __future__ import annotations

import re

from finews_crawler.items import Article

LOST = "\ufffd"
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
MOST_LOST = 4
"""At most one character in this number may be lost, ASCII aside: mark-up is not part of the text."""
EXACT_FIELDS = frozenset(("media_name",))
"""Fields of which no character may be lost: the outlet names the category of a post."""
TEXTS = ("title", "media_name", "body_html")
"""Fields that a post must have whole, or nearly."""
LONGEST_GAP = 3
"""Characters at most for each lost one in a whole copy of a text: two damaged bytes may hide a third character."""


def is_garbled(name: str, value: object) -> bool:
    """Return True if the value of field *name* has lost too many characters to be used.

    >>> [is_garbled("title", text) for text in ("净利润同比\ufffd长", "净\ufffd\ufffd\ufffd")]
    [False, True]
    >>> is_garbled("media_name", "证券时\ufffd")
    True
    """
    if not isinstance(value, str) or LOST not in value:
        return False
    return name in EXACT_FIELDS or value.count(LOST) * MOST_LOST > len(NOT_ASCII.findall(value))


def is_damaged_copy(damaged: object, whole: object) -> bool:
    """Return True if *damaged* is *whole* but for characters that it has lost.

    >>> is_damaged_copy("净利润\ufffd增", "净利润同比增"), is_damaged_copy("净利润\ufffd增", "营收同比增")
    (True, False)
    """
    if not (isinstance(damaged, str) and isinstance(whole, str)) or LOST not in damaged:
        return False
    if whole.count(LOST) >= damaged.count(LOST):
        return False
    at = 0
    for gap, part in zip(*_parts(damaged), strict=True):
        found = whole.find(part, at, at + gap * LONGEST_GAP + len(part))
        if found < 0:
            return False
        at = found + len(part)
    return whole.endswith(part) if part else len(whole) - at <= gap * LONGEST_GAP


def _parts(damaged: str) -> tuple[list[int], list[str]]:
    """Return the parts between lost characters, each with the number of lost characters before it."""
    pieces = re.split(f"({LOST}+)", damaged)
    return [0, *map(len, pieces[1::2])], pieces[::2]


def garbled_field(article: Article) -> str:
    """Return the name of the first field of a post that cannot be used, '' if there is none."""
    return next((name for name in TEXTS if is_garbled(name, getattr(article, name))), "")


def has_lost_characters(article: Article) -> bool:
    """Return True if a field that a post or its list shows has lost a character."""
    return any(LOST in getattr(article, name) for name in (*TEXTS, "digest"))
