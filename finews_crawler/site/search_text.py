"""Segmentation of text for the search: one definition for the index and for the search page.

``theme/assets/search-rules.json`` has the patterns and the table of characters; ``theme/assets/search-text.js`` applies
them to what is typed as this module does to articles. The tokens of a text are its numbers, each as a whole with its
decimals (``2,000.5`` is one token), and its other letters one by one, Chinese or not. White space and punctuation are
not tokens, so ``iPhone 13`` and ``iPhone13`` are the same; ``%`` and signs of currencies are.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from finews_crawler.site.theme_install import THEME

RULES_FILE = THEME / "assets" / "search-rules.json"
RULES: dict[str, Any] = json.loads(RULES_FILE.read_text("utf-8"))
# A letter or digit of any script. Planes 2 and 3 are Chinese characters, even those that this Python does not know.
LETTER = "[^\\W_]|[\U00020000-\U0003ffff]"
TOKEN = re.compile(f"{RULES['number']}|[{RULES['symbols']}]|{LETTER}")
DIGIT = re.compile("[0-9]")
EXCHANGES = (" s h ", " s z ", " b j ", " s s ", " h k ")
"""Found in every text that has a code to rewrite."""
CODES, UNAMBIGUOUS_CODES = (
    [(re.compile(pattern), replacement.replace("$", "\\")) for pattern, replacement in RULES[name]]
    for name in ("codes", "unambiguous_codes")
)
SIMPLIFIED = str.maketrans(RULES["traditional"], RULES["simplified"])

Gram = str | tuple[str, str]
"""A token, or two adjacent ones."""


def rules_digest() -> str:
    """Return a digest of the rules: an index made by other rules must be built again."""
    return hashlib.sha256(RULES_FILE.read_bytes()).hexdigest()


class _Folded(dict[int, str]):
    """Folded characters by code point, filled on demand, for ``str.translate``."""

    def __missing__(self, point: int) -> str:
        self[point] = folded = fold(chr(point))
        return folded


def fold(character: str) -> str:
    """Return a character in lower case, half width, simplified and without accents.

    A digit of another form, such as a footnote's, is no part of the number beside it; a full-width comma separates.

    >>> fold("Ｇ"), fold("聯"), fold("５"), fold("①"), fold("，")
    ('g', '联', '5', ' 1 ', ' ')
    >>> readings("Nestlé")
    [' n e s t l e ']
    """
    if character == "，":
        return " "
    folded = unicodedata.normalize("NFKD", character).lower().translate(SIMPLIFIED)
    is_other_form = DIGIT.search(folded) and unicodedata.category(character) != "Nd"
    return f" {folded} " if is_other_form else folded


_FOLDED = _Folded()


def readings(line: str) -> list[str]:
    """Return the tokens of a line of text, with a space around each, in up to three ways.

    As the line is; if it has codes of securities, with these in one form; and without the exchange where no other
    exchange has the code.

    >>> readings("贵州茅台（600519）跌2,000.5万"), readings("SH600050")
    ([' 贵 州 茅 台 600519 跌 2000.5 万 '], [' s h 600050 ', ' 600050 s h ', ' 600050 '])
    >>> readings("0700.HK")
    [' 0700 h k ', ' 00700 h k ']
    """
    tokens = TOKEN.findall(line.translate(_FOLDED))
    first = f" {' '.join(tokens)} ".replace(",", "")
    if not any(exchange in first for exchange in EXCHANGES):
        return [first]
    uniform = _replace(first, CODES)
    return list(dict.fromkeys([first, uniform, _replace(uniform, UNAMBIGUOUS_CODES)]))


def _replace(text: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, replacement in rules:
        text = pattern.sub(replacement, text)
    return text


def grams(lines: Iterable[str]) -> set[Gram]:
    """Return the tokens of the lines, and the pairs of adjacent ones.

    >>> sorted(grams(["5G", "股"]), key=str)
    [('5', 'g'), '5', 'g', '股']
    """
    found: set[Gram] = set()
    for line in lines:
        for reading in readings(line):
            tokens = reading.split()
            found.update(tokens)
            found.update(pairwise(tokens))
    return found
