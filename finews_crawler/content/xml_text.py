"""Text for XML 1.0, which does not allow all characters of Unicode."""

from __future__ import annotations

import re

# Section 2.2: of the control characters only tab and line breaks are allowed, even as references. A class of what is
# allowed takes ten times as long to compile.
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    r"""Return *text* with U+FFFD in place of characters that XML does not allow.

    >>> xml_text("一\x0b二")
    '一\ufffd二'
    """
    return NOT_XML.sub("\ufffd", text)
