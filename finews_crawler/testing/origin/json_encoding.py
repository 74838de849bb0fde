"""JSON as upstream sends it: UTF-8, Chinese unescaped."""

from __future__ import annotations

import json
from typing import Any


def to_json(value: object) -> bytes:
    r"""Encode *value* as JSON. A lone surrogate, which no encoding has, becomes an escape sequence.

    >>> to_json({"title": "\ud800"})
    b'{"title":"\\ud800"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def read_object(recording: bytes) -> dict[str, Any] | None:
    """Return the JSON object in *recording*; None for any other bytes. Never raises.

    >>> read_object('{"title": "长"}'.encode()), read_object('{"title": "长"}'.encode("gbk"))
    ({'title': '长'}, None)
    >>> read_object(b"[" * 50_000) is None
    True
    """
    try:
        value = json.loads(recording)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
