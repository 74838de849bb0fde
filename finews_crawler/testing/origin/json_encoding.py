"""JSON as upstream sends it: UTF-8, Chinese unescaped."""

from __future__ import annotations

import json


def to_json(value: object, encoding: str = "utf-8") -> bytes:
    r"""Encode *value* as JSON. A lone surrogate, which no encoding has, becomes an escape sequence.

    >>> to_json({"title": "长"}).decode()
    '{"title":"长"}'
    >>> to_json({"title": "\ud800"})
    b'{"title":"\\ud800"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(encoding, "backslashreplace")
