"""Header of a WARC record as warcio writes it, read without warcio's parser: a replay reads thousands of them.

``read_any_record`` is the definition; what is odd in any way is left to it.
"""

from __future__ import annotations

import re

PLAIN = re.compile(rb"WARC/1\.[01]\r\n((?:[A-Za-z0-9-]+: [!-~](?:[ -~]*[!-~])?\r\n)+)\r\n")
URI, LENGTH = "warc-target-uri", "content-length"


def plain_header(member: bytes) -> tuple[dict[str, str], int, int] | None:
    """Return the named fields by lower-case name, and begin and end of the block. None for what is not plain.

    >>> plain_header(b"WARC/1.1\\r\\nWARC-Type: request\\r\\nContent-Length: 2\\r\\n\\r\\nab\\r\\n\\r\\n")
    ({'content-length': '2', 'warc-type': 'request'}, 51, 53)
    """
    found = PLAIN.match(member)
    if found is None:
        return None
    # Of a field that is repeated, the first one counts.
    pairs = (line.split(": ", 1) for line in reversed(found[1].decode("ascii").splitlines()))
    fields = {name.lower(): value for name, value in pairs}
    length = fields.get(LENGTH, "")
    if not length.isdecimal() or set(" <>").intersection(fields.get(URI, "")):
        return None
    start = found.end()
    end = start + int(length)
    return (fields, start, end) if end <= len(member) and not member[end:].strip() else None
