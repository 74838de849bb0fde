"""Text for XML documents."""

from __future__ import annotations

import re

# XML 1.0, section 2.2: tab, LF and CR are the only control characters, also as character references.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    r"""Return *text* with U+FFFD in the place of characters that XML does not allow.

    >>> xml_text("一\x0b二")
    '一\ufffd二'
    """
    return NOT_XML.sub("\ufffd", text)
