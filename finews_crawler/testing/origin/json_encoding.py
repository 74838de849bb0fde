"""Values as bytes on the wire: UTF-8, Chinese unescaped, as upstream sends it."""

from __future__ import annotations

import json


def to_json(value: object, encoding: str = "utf-8") -> bytes:
    r"""Write *value* as JSON. A lone surrogate, which no encoding holds, leaves as the escape JSON has for it.

    >>> to_json({"title": "长"}).decode()
    '{"title":"长"}'
    >>> to_json({"title": "\ud800"})
    b'{"title":"\\ud800"}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(encoding, "backslashreplace")
