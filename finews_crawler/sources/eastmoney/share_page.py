"""NewsShare.html: a shell that a script fills in. It contains the infoCode of an article, never its text."""

from __future__ import annotations

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.content.info_code import info_code_in_url

PATH = "/html_News/NewsShare.html"


def parse_share_page(url: str, body: bytes) -> str | None:
    """Return the infoCode of a share page from its URL (after redirects), otherwise from the shell; None without one.

    >>> parse_share_page("http://127.0.0.1/s/x1", b'<script>load("NW202205182383638060")</script>')
    'NW202205182383638060'
    >>> parse_share_page("http://127.0.0.1/s/x1", b"<html></html>") is None
    True
    """
    return info_code_in_url(url) or info_code_in_url(decode_bytes(body))
