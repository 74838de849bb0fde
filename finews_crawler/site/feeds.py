"""Atom feeds of outlets and tickers (RFC 4287). jekyll-feed makes one of all posts, from those of its own run."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from finews_crawler.content.xml_text import xml_text
from finews_crawler.site.address import SiteAddress
from finews_crawler.site.list_rows import Subject
from finews_crawler.site.post_data import medium_of
from finews_crawler.sources import link_to

ENTRIES = 20
NEWEST = """
    SELECT p.url, p.title, p.date, p.tag, p.info_code, p.digest_line FROM mention m JOIN post p ON p.id = m.post
    WHERE m.kind = ? AND m.key = ? AND (? = '' OR p.tag = ?)
    ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT ?"""


class Feeds(NamedTuple):
    """Writes the feeds of one site."""

    connection: sqlite3.Connection
    """The build state's."""
    address: SiteAddress
    title: str
    """Of the site."""
    share_url: str
    """Site of the links that are the permanent ids of posts, as in the feed of all posts."""

    def feed(self, subject: Subject, title: str, path: str, page: str) -> str:
        """Return the feed at the URL path *path* of the posts that *page* lists."""
        values = (*subject[:2], subject.tag, subject.tag, ENTRIES)
        posts = self.connection.execute(NEWEST, values).fetchall()
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
            f"<title>{_text(title)} · {_text(self.title)}</title>",
            f"<id>{_text(f'{self.address}{path}')}</id>",
            f'<link rel="self" type="application/atom+xml" href="{_text(f"{self.address}{path}")}"/>',
            f'<link rel="alternate" type="text/html" href="{_text(f"{self.address}{page}")}"/>',
            f"<updated>{_time(posts[0][2]) if posts else '1970-01-01T00:00:00Z'}</updated>",
            *map(self._entry, posts),
            "</feed>\n",
        ]
        return "\n".join(lines)

    def _entry(self, post: Sequence[str]) -> str:
        url, title, date, tag, info_code, digest = post
        address = f"{self.address}{url}"
        number = link_to(info_code, self.share_url) if info_code else address
        return "\n".join(
            [
                "<entry>",
                f"<title>{_text(title) or _text(url)}</title>",
                f"<id>{_text(number)}</id>",
                f'<link rel="alternate" type="text/html" href="{_text(address)}"/>',
                f"<published>{_time(date)}</published>",
                f"<updated>{_time(date)}</updated>",
                f"<author><name>{_text(medium_of(tag) or self.title)}</name></author>",
                *([f"<summary>{_text(digest)}</summary>"] if digest else []),
                "</entry>",
            ]
        )


def _text(text: str) -> str:
    return escape(xml_text(text))


def _time(date: str) -> str:
    """Return the time of a post in the form of RFC 3339.

    >>> _time("2022-05-18 10:00:00 +0800")
    '2022-05-18T10:00:00+08:00'
    """
    return f"{date[:10]}T{date[11:19]}{date[20:23]}:{date[23:]}"
