"""JSON as servers really send it: as JSONP or JavaScript, with a byte-order mark, in another encoding, or no JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.exceptions import InvalidJson

JSONP = re.compile(r"[\w$.]{1,200}\s*\((?P<json>.*)\)[\s;]*", re.DOTALL | re.ASCII)
ASSIGNMENT = re.compile(r"(?:var\s+)?[\w$.]{1,200}\s*=\s*(?P<json>\{.*\})[\s;]*", re.DOTALL | re.ASCII)
"""JavaScript that assigns the object to a variable: ``var ajaxResult={…};``."""
MAX_DEPTH = 64
"""Levels of nested objects and lists; Eastmoney's lists have three. Encoding them again recurses once per level."""
NOT_BRACKETS = re.compile(r"[^\[\]{}]+")


def load_object(body: bytes) -> dict[str, Any]:
    """Parse the JSON object in a response body. Raises InvalidJson for anything else.

    >>> load_object(b'callback({"rc": 1});')
    {'rc': 1}
    >>> load_object(b'var ajaxResult={"rc": 1};')
    {'rc': 1}
    >>> load_object(b"<html><title>Access denied</title>")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.InvalidJson: a page where JSON was promised: '<html><title>Access denied</title>'
    """
    text = decode_bytes(body).strip("\ufeff\x00 \t\r\n")
    start = repr(text[:80])
    if not text:
        raise InvalidJson("an empty answer", is_page=True)
    if text.startswith("<"):
        raise InvalidJson(f"a page where JSON was promised: {start}", is_page=True)
    wrapped = JSONP.fullmatch(text) or ASSIGNMENT.fullmatch(text)
    json_text = wrapped["json"] if wrapped else text
    if is_too_deep(json_text):
        raise InvalidJson(f"JSON of more than {MAX_DEPTH} levels: {start}", is_page=False)
    try:
        # strict=False: raw line breaks inside strings, as these servers send them.
        value = json.loads(json_text, strict=False, parse_int=_parse_int)
    except ValueError as error:
        raise InvalidJson(f"JSON that cannot be read ({error}): {json_text[:80]!r}", is_page=False) from error
    if not isinstance(value, dict):
        raise InvalidJson(f"a JSON {type(value).__name__} where an object was promised", is_page=False)
    return value


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
    """Keep a long integer as text: Python refuses one of 5,000 digits, and one broken row would cost the whole list."""
    return int(digits) if len(digits) <= 30 else digits
