"""Pictures that are part of a body, as ``data:`` URLs of any length.

Posts do not have them (see ``content.body.whitelist``), and as text they are nothing but length; the index has the body
as sent.
"""

from __future__ import annotations

import re

SCHEME = "data:"
SHORT = "data:,"
INLINED = re.compile(
    r"""(<[a-z](?:[^<>"']|"[^"<]{0,300}"|'[^'<]{0,300}'){0,300}?(?<=[\s"'/])[a-z-]{1,20}\s*=\s*)   # in an element
    (?:"\s*data:[^"<>]{64,}"|'\s*data:[^'<>]{64,}'|data:[^\s"'<>]{64,})""",
    re.VERBOSE | re.IGNORECASE,
)


def shorten_inlined_pictures(html: str) -> str:
    """Return a body with an empty ``data:`` URL in place of each long one in an attribute.

    >>> shorten_inlined_pictures(f'<p>甲</p><img alt="乙" src="data:image/png;base64,{"iVBORw0KGgo=" * 9}" />')
    '<p>甲</p><img alt="乙" src="data:," />'
    """
    return INLINED.sub(rf'\1"{SHORT}"', html) if SCHEME in html else html
