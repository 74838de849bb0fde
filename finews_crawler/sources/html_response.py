"""Pages as servers really send them."""

from __future__ import annotations

import re

START = re.compile(r"\s*(?:<!--[^>]*-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
END = re.compile(r"</html\s*>|</body\s*>", re.IGNORECASE)


def is_cut_off_page(text: str) -> bool:
    """Return True for a document that begins as HTML and does not end: the rest of it is missing.

    >>> is_cut_off_page("<!DOCTYPE html><ul><li>"), is_cut_off_page("<html><p></html>"), is_cut_off_page("<h1>403</h1>")
    (True, False, False)
    """
    return bool(START.match(text)) and not END.search(text)
