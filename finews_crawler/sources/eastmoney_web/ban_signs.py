"""Bans behind status 200: a page where JSON was promised, or a redirect to another page.

``data: null`` is no sign of a ban: a list has it now and then for everybody, and an article that is gone has it. But a
host that has given nothing else for articles has not shown either that it serves this client.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from finews_crawler.exceptions import InvalidJson
from finews_crawler.sources.ban_signs import REDIRECTS, status_sign
from finews_crawler.sources.eastmoney_web import web_article
from finews_crawler.sources.json_response import load_object

JSON_PATH = re.compile(r"/comm/(?:web|wap)/get\w+|/kuaixun/v[12]/[^?]+|/pc_news/[^?]+", re.ASCII)
"""Paths of all surfaces but the pages of articles and categories."""
ARTICLE_PATH = web_article.PATH
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
    path = _path(requested)
    if not JSON_PATH.search(path):
        return status_sign(requested, responded, status, body)
    if status in REDIRECTS and status != NOT_MODIFIED:
        return f"HTTP status {status} that cannot be followed"
    if status != 200:
        return status_sign(requested, responded, status, body)
    if _path(responded) != path:
        return f"another page, {_path(responded)!r}"
    try:
        answer = load_object(body)
    except InvalidJson as error:
        return str(error) if error.is_page else None
    return None if path.startswith(ARTICLE_PATH) and not answer.get("data") else ""


def _path(url: str) -> str:
    return urlsplit(url).path
