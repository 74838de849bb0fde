"""Bans behind status 200: a page where JSON was promised, a challenge in place of an article, or another article.

``data: null`` is no sign of a ban: a list has it now and then for everybody, and an article that is gone has it. But a
host that has given nothing else for articles has not shown either that it serves this client.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from finews_crawler.content.decoding import decode_bytes
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.ban_signs import REDIRECTS, status_sign
from finews_crawler.sources.eastmoney_web import web_article
from finews_crawler.sources.json_response import load_object
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome

JSON_PATH = re.compile(r"/comm/(?:web|wap)/get\w+|/kuaixun/v[12]/[^?]+|/pc_news/[^?]+", re.ASCII)
"""Paths of the surfaces that are JSON or JavaScript."""
ARTICLE_PAGE = re.compile(r"/(?:a/|news/[0-9]+,)[0-9]{18}\.html", re.ASCII)
CONTAINERS = (b"ContentBody", b"content_text")
"""One of these is in every page of an article; a page without them is examined, the others are not parsed twice."""
NOT_MODIFIED = 304


def ban_sign(requested: str, responded: str, status: int, body: bytes) -> str | None:
    """Return the ban sign of a response, as ``sources.ban_signs.BanSign`` describes it.

    >>> column = "https://np-listapi.eastmoney.com/comm/web/getNewsByColumns?column=345"
    >>> ban_sign(column, column, 200, b'{"code": "1", "data": null}'), ban_sign(column, column, 200, b'{"co') is None
    ('', True)
    >>> article = "https://newsinfo.eastmoney.com/kuaixun/v2/api/article/202205182383638060"
    >>> ban_sign(article, article, 200, b'{"data": null}'), ban_sign(article, article, 200, b'{"data": {"a": "b"}}')
    (None, '')
    >>> ban_sign(column, "https://np-listapi.eastmoney.com/verify", 200, b"<html>")
    "another page, '/verify'"
    >>> ban_sign(column, column, 200, b"<html>")
    "a page where JSON was promised: '<html>'"
    """
    path, key = _path(requested), info_code_in_url(requested)
    is_page = bool(ARTICLE_PAGE.fullmatch(path))
    if not is_page and not JSON_PATH.search(path):
        return status_sign(requested, responded, status, body)
    if status in REDIRECTS and status != NOT_MODIFIED:
        return f"HTTP status {status} that cannot be followed"
    if status != 200:
        return status_sign(requested, responded, status, body)
    if _path(responded) != path and not (is_page and info_code_in_url(responded) == key):
        return f"another page, {_path(responded)!r}"
    if is_page:
        return page_sign(body, key or "")
    return json_sign(body, key or "" if path.startswith(web_article.PATH) else "")


def json_sign(body: bytes, info_code: str = "") -> str | None:
    """Return the ban sign of a response that should be JSON; *info_code*: of the article that it should be."""
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return str(error) if error.is_page else None
    if not info_code:
        return ""
    data = answer.get("data")
    if isinstance(data, dict) and (other := web_article.other_article_in(data, info_code)):
        return f"{OTHER_ARTICLE}, {other}"
    return "" if data else None


def page_sign(body: bytes, info_code: str) -> str | None:
    """Return the ban sign of a response that should be the page of an article.

    >>> page_sign(b'<div id="ContentBody"><p>A</p></div>', "NW202205182383638060")
    ''
    >>> page_sign("<title>访问验证</title>".encode(), "NW202205182383638060")
    "a challenge in place of the article: '访问验证'"
    """
    from finews_crawler.sources.eastmoney_web.web_page import other_article_in, parse_web_page

    if any(name in body for name in CONTAINERS) and not other_article_in(decode_bytes(body), info_code):
        return ""
    parsed = parse_web_page(body, info_code)
    return parsed.detail if parsed.outcome is Outcome.BLOCKED else None


def _path(url: str) -> str:
    return urlsplit(url).path
