"""Bans behind status 200: the page of another post."""

from __future__ import annotations

from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.sources.ban_signs import status_sign
from finews_crawler.sources.outcome import OTHER_ARTICLE


def ban_sign(requested: str, responded: str, status: int, body: bytes) -> str | None:
    """Return the ban sign of a response, as ``sources.ban_signs.BanSign`` describes it.

    >>> post = "http://finews.withounder.com/emnews/2022/05/26/202205262391921712.html"
    >>> ban_sign(post, post, 200, b"<html>"), ban_sign(post, post, 403, b"")
    ('', 'HTTP status 403')
    """
    code = info_code_in_url(requested)
    # The page of a post has its infoCode in the share link, so that most pages need not be parsed here.
    if status != 200 or code is None or code[2:].encode() in body:
        return status_sign(requested, responded, status, body)
    from finews_crawler.sources.finews_site.post_page import parse_post_page

    # Another source may have this host as well: only a page of a post counts.
    detail = parse_post_page(requested, body).detail
    return detail if detail.startswith(OTHER_ARTICLE) else ""
