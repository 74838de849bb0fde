"""URLs that become links in a post."""

from __future__ import annotations

import re

WEB_URL = re.compile(r"https?://(?:[^\s/?#@]*@)?[^\s/?#@:]+(?::[0-9]+)?(?:[/?#]|\Z)")


def is_link_url(url: str) -> bool:
    """Return True if ``<url>`` becomes a link to a web page. kramdown takes ``<style>`` for an element.

    >>> [is_link_url(url) for url in ("http://a.cn/?id=1", "https://a.cn:80", "a.cn", "style", "base href=x", "http:///a")]
    [True, True, False, False, False, False]
    """
    return WEB_URL.match(url) is not None
