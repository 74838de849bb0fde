"""JSON as servers really send it: as JSONP or JavaScript, behind comments and guards, in another encoding, cut off, or
no JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import lru_cache, wraps
from typing import Any, TypeVar

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.exceptions import InvalidJson

COMMENT = r"/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+"
SPACE = rf"(?:[\s;\ufeff]|{COMMENT})*+"
NAME = r"[\w$.]{1,200}+(?:\[[\w$\"']{1,80}\])?"
DRESSING = re.compile(
    rf"""{SPACE}
    (?:(?:\)\]\}}'?,?|(?:while|for)\s?\([1;]*\);|throw\s1;){SPACE})?    # a guard against inclusion as a script
    (?:
        (?:(?:var|let|const)\s+)?{NAME}\s*=(?!=)                        # var ajaxResult={{…}};
      | (?:try\s*\{{\s*)?(?:{NAME}\s*)?\(                               # cb({{…}}); try{{cb({{…}})}}catch(e){{}}
      | (?:typeof\s+)?{NAME}\s*(?:===?\s*["']function["']\s*)?&&\s*{NAME}\s*\(  # typeof cb === 'function' && cb({{…}})
    )?
    {SPACE}""",
    re.VERBOSE | re.ASCII,
)
"""Text that may be before the JSON."""
END = re.compile(rf"(?:[\s;)\ufeff]|{COMMENT}|\}}\s*catch\s*\(\w*\)\s*\{{\s*\}})*+", re.ASCII)
"""Text that may be after it."""
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.?)*+"?)|,(?=\s*+[}\]])', re.DOTALL)
"""A string that is cut off counts as one too: a search from each quotation mark in it would take quadratic time."""
MOST_CACHED = 64
"""Responses that can be under way between the ban detection and their parsers: in a crawl, those that arrive together;
in a replay, those that are requested in one round of the event loop."""
LARGE = 1 << 16
"""Bytes from which a body is cached among MOST_LARGE_CACHED: nearly all articles have fewer, a list some megabytes."""
MOST_LARGE_CACHED = 8
MAX_DEPTH = 64
"""Levels of nested objects and lists; Eastmoney's lists have three. Encoding them again recurses once per level."""
NOT_BRACKETS = re.compile(r"[^\[\]{}]+")
LONGEST_NUMBER = 30
"""Digits of a number that is read as one: Python refuses one of 5,000 digits."""
EXACT_DIGITS = 15
"""Digits of a whole number that no program rounds, even if it holds numbers in double precision."""
PART_OF_TOKEN = re.compile(r"[\w\\.+-]*", re.ASCII)
r"""Rest of the text at the error in JSON that is cut off: ``u12a``, ``fals``, ``-``."""
Value = TypeVar("Value")


def cached_under_way(read: Callable[[bytes], Value]) -> Callable[[bytes], Value]:
    """Cache a function of a response body: the ban detection and the parser of a surface both call it."""
    read_small, read_large = lru_cache(maxsize=MOST_CACHED)(read), lru_cache(maxsize=MOST_LARGE_CACHED)(read)

    @wraps(read)
    def read_once(body: bytes) -> Value:
        return read_small(body) if len(body) < LARGE else read_large(body)

    return read_once


@cached_under_way
def text_of(body: bytes) -> str:
    """Return what ``decode_bytes`` does: an article's response is parsed, and kept as its payload."""
    return decode_bytes(body)


@cached_under_way
def load_object(body: bytes) -> dict[str, Any]:
    """Parse the JSON object in a response body. Raises InvalidJson for anything else.

    The ban detection and the parser of a surface get the same object, and must not change it. It may be an argument or
    a value of JavaScript, between comments. Whole numbers with a fraction or an exponent are
    integers, as long as all of their digits are given. ``NaN`` and ``Infinity`` are None: RFC 8259 has neither, but
    programs write them for a number that is missing, and one of them should not cost all rows of a list.

    >>> load_object(b'/**/callback({"rc": 1});')
    {'rc': 1}
    >>> load_object(b'var ajaxResult={"rc": 1.0}; // 3 ms')
    {'rc': 1}
    >>> load_object(b"<html><title>Access denied</title>")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.InvalidJson: a page where JSON was promised: '<html><title>Access denied</title>'
    """
    text = text_of(body).strip("\ufeff\x00 \t\r\n")
    if not text:
        raise InvalidJson("an empty answer", is_page=True)
    if text.startswith("<"):
        raise InvalidJson(f"a page where JSON was promised: {text[:80]!r}", is_page=True)
    if is_too_deep(text):
        raise InvalidJson(f"JSON of more than {MAX_DEPTH} levels: {text[:80]!r}")
    dressing = DRESSING.match(text)
    value = _parse(text, dressing.end() if dressing else 0)
    if not isinstance(value, dict):
        raise InvalidJson(f"a JSON {type(value).__name__} where an object was promised")
    return value


def _parse(text: str, start: int) -> Any:
    """Return the JSON value at *start*. Raises InvalidJson, also for text after it."""
    try:
        value, end = DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        repaired = TRAILING_COMMA.sub(lambda found: found[1] or "", text)
        if len(repaired) < len(text):
            return _parse(repaired, start)
        if _is_cut_off(text, start, error):
            raise InvalidJson(f"JSON that is cut off after {len(text)} characters", is_cut_off=True) from error
        raise InvalidJson(f"JSON that cannot be read ({error}): {text[:80]!r}") from error
    rest = text[END.match(text, end).end() :]  # type: ignore[union-attr]
    if rest:
        raise InvalidJson(f"JSON that cannot be read (text after it, {rest[:40]!r}): {text[:80]!r}")
    return value


def _is_cut_off(text: str, start: int, error: json.JSONDecodeError) -> bool:
    """Return True if an object or a list ends before its closing bracket."""
    is_begun = text[start : start + 1] in ("{", "[")
    is_in_string = error.msg.startswith("Unterminated string")
    return is_begun and (is_in_string or PART_OF_TOKEN.fullmatch(text, error.pos) is not None)


def is_too_deep(text: str) -> bool:
    """Return True if objects and lists are nested more than ``MAX_DEPTH`` deep; brackets in strings do not count.

    >>> is_too_deep("[" * 64 + "]" * 64), is_too_deep("[" * 65 + "]" * 65), is_too_deep('["' + "[" * 65 + '"]')
    (False, True, False)
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    # Escaped backslashes first: the quote in "a\\" ends the string. After that, every other part is outside of strings.
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    depth = 0
    for bracket in NOT_BRACKETS.sub("", "".join(outside)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _parse_int(digits: str) -> int | str:
    """Keep a long integer as text: one broken row would cost the whole list."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _parse_float(text: str) -> int | float | str:
    """Return a whole number as an integer, unless digits of it may be lost: a rounded infoCode is another article's.

    A number beyond double precision stays text: as infinity, it could not be written as JSON again.

    >>> _parse_float("202205182383638060.0"), _parse_float("1.655e12"), _parse_float("2.02205182383638E+17")
    (202205182383638060, 1655000000000, 2.02205182383638e+17)
    >>> _parse_float("1e999")
    '1e999'
    """
    if len(text) <= LONGEST_NUMBER:
        try:
            number = Decimal(text)
            digits = number.adjusted() + 1
            if digits <= max(EXACT_DIGITS, len(number.as_tuple().digits)) and number == int(number):
                return int(number)
        except (DecimalException, OverflowError):
            pass
    inexact = float(text)
    return inexact if math.isfinite(inexact) else text


def _parse_constant(_name: str) -> None:
    """Return the value of ``NaN``, ``Infinity`` and ``-Infinity``."""


# strict=False: raw line breaks inside strings, as these servers send them.
DECODER = json.JSONDecoder(strict=False, parse_int=_parse_int, parse_float=_parse_float, parse_constant=_parse_constant)
