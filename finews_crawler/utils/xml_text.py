"""Text as XML can hold it."""

from __future__ import annotations

import re

# XML 1.0, section 2.2: of the control characters it has tab and line breaks alone, not even as references.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    r"""*text* with U+FFFD in the place of what XML cannot hold.

    >>> xml_text("一\x0b二")
    '一\ufffd二'
    """
    return NOT_XML.sub("\ufffd", text)
