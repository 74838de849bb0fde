"""Links from a post to others: the ones before and after it of its outlet, and earlier ones about its tickers.

They are written into the pages that Jekyll has rendered, between two comments of the layout ``post``. So a post is not
rendered again when another one is published beside it. So are the addresses of pictures that the site has itself, which
may be fetched long after a post was rendered: see ``pictures``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from finews_crawler.site.build_context import POSTS, BuildContext
from finews_crawler.site.pictures import Pictures
from finews_crawler.site.post_rows import CATEGORY, TICKER
from finews_crawler.site.post_sources import digest_of_text
from finews_crawler.site.shared_slugs import read_shared_slugs
from finews_crawler.site.take_over import take_over
from finews_crawler.site.urls import ticker_page, url_of

BEGIN, END = b"<!--neighbours-->", b"<!--/neighbours-->"
END_OF_ARTICLE = b"</article>"
TICKERS, EARLIER = 2, 3
"""Tickers of a post that have a list of earlier posts, and posts in each list."""
PAGES_AT_ONCE = 500
SHARED = "shared slugs"
"""Value of the state: the slugs that several outlets have, as JSON."""
# Posts of a list in their order. The ids of the state differ between builds, so posts of one second go by their URL.
IN_LIST = """
    SELECT p.id, p.url, p.title, p.date FROM mention m JOIN post p ON p.id = m.post
    WHERE m.kind = ? AND m.key = ? AND (? = '' OR p.tag = ?)"""
BEFORE = f"""{IN_LIST} AND (m.month, m.date) <= (?, ?) AND (m.date, p.url) < (?, ?)
    ORDER BY m.month DESC, m.date DESC, p.url DESC LIMIT ?"""
AFTER = f"""{IN_LIST} AND (m.month, m.date) >= (?, ?) AND (m.date, p.url) > (?, ?)
    ORDER BY m.month, m.date, p.url LIMIT ?"""
ON_DAY = "SELECT post FROM mention WHERE kind = ? AND key = ? AND month = ? AND date >= ? AND date < ?"
UNLINKED = "SELECT id FROM post WHERE links = ''"
# Of several posts with one page, the last one has it.
POST = """
    SELECT file, url, date, slug, tag, links FROM post p WHERE id = ? AND file <> ''
    AND NOT EXISTS (SELECT 1 FROM post o WHERE o.file = p.file AND o.path > p.path)"""


@dataclass(frozen=True)
class Neighbours:
    """The links of the posts in the build state."""

    context: BuildContext
    pictures: Pictures

    @cached_property
    def _shared(self) -> dict[str, list[str]]:
        return read_shared_slugs(self.context.state.connection)

    def update(self) -> None:
        """Write the links that have changed into the pages of their posts. Raises OSError."""
        state = self.context.state
        ids = {*(number for (number,) in self._rows(UNLINKED)), *self.pictures.touched()}
        if ids or self._rows("SELECT 1 FROM touched LIMIT 1"):  # else no post has changed
            ordered = sorted({*ids, *self._of_shared_slugs(), *self._touched()})
            for first in range(0, len(ordered), PAGES_AT_ONCE):
                self._write(ordered[first : first + PAGES_AT_ONCE])
            state.set_values({SHARED: json.dumps(self._shared)})
        self.pictures.finish()

    def _write(self, ids: list[int]) -> None:
        folder = self.context.scratch / f"links-{ids[0]}"
        files, written = [], []
        shown = self.pictures.of(ids)
        self.pictures.publish(shown)
        for number in ids:
            for file, url, date, slug, tag, before in self._rows(POST, number):
                links = self._links(number, url, date, slug, tag) + self.pictures.block(shown.get(number, {}))
                # Not the links themselves: they would make the rows of all posts several times as large.
                digest = digest_of_text(links)
                if digest == before:
                    continue
                written.append((digest, number))
                if self._put(file, links.encode(), folder):
                    files.append(file)
        take_over(self.context.state, folder, POSTS, files)
        if files:
            os.sync()  # The pages must be on disk before they are recorded as complete.
        with self.context.state.transaction() as connection:
            connection.executemany("UPDATE post SET links = ? WHERE id = ?", written)
            self.pictures.record_within(ids, shown)

    def _put(self, file: str, links: bytes, folder: Path) -> bool:
        """Write a page with these links below *folder*. Return False if it has them, or has no place for any."""
        page = (self.context.state.build_directory / POSTS / file).read_bytes()
        # Behind the article: its body may have such comments.
        article = page.rfind(END_OF_ARTICLE)
        start, end = page.find(BEGIN, article), page.rfind(END)
        begin = start + len(BEGIN)
        if article < 0 or start < 0 or end < begin or page[begin:end] == links:
            return False
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(page[:begin] + links + page[end:])
        return True

    def _touched(self) -> Iterator[int]:
        """Yield the posts that a change of another one may affect."""
        for kind, key, day in self._rows("SELECT kind, key, day FROM touched WHERE kind IN (?, ?)", CATEGORY, TICKER):
            month = day[:7]
            yield from (number for (number,) in self._rows(ON_DAY, kind, key, month, day, f"{day}~"))
            first, last = (month, day, day, ""), (month, f"{day}~", f"{day}~", "")
            for tag in (kind == CATEGORY and self._shared.get(key)) or [""]:
                yield from (row[0] for row in self._rows(AFTER, kind, key, tag, tag, *last, EARLIER))
                if kind == CATEGORY:
                    yield from (row[0] for row in self._rows(BEFORE, kind, key, tag, tag, *first, 1))

    def _of_shared_slugs(self) -> Iterator[int]:
        """Yield the posts of the slugs that several outlets have now, or had, but not both."""
        before = json.loads(self.context.state.value(SHARED) or "{}")
        for slug in before.keys() ^ self._shared.keys():
            yield from (number for (number,) in self._rows("SELECT id FROM post WHERE slug = ?", slug))

    def _links(self, number: int, url: str, date: str, slug: str, tag: str) -> str:
        """Return the links of a post as HTML; a line end if there are none."""
        of = tag if slug in self._shared else ""
        place = (date[:7], date, date, url, 1)
        older, newer = (self._rows(query, CATEGORY, slug, of, of, *place) for query in (BEFORE, AFTER))
        links = [
            f'<a rel="{rel}" href="{self._address(row[1])}"><span>{name}</span> {escape(row[2])}</a>\n'
            for rel, name, rows in (("prev", "上一篇", older), ("next", "下一篇", newer))
            for row in rows
        ]
        nav = f'<nav class="neighbours" aria-label="同一媒体的前后篇">\n{"".join(links)}</nav>\n' if links else ""
        return "\n" + nav + "".join(self._earlier(number, date, url))

    def _earlier(self, number: int, date: str, url: str) -> Iterator[str]:
        query = "SELECT key, name FROM mention WHERE post = ? AND kind = ? ORDER BY place LIMIT ?"
        for symbol, name in self._rows(query, number, TICKER, TICKERS):
            rows = self._rows(BEFORE, TICKER, symbol, "", "", date[:7], date, date, url, EARLIER)
            listed = "".join(
                f'<li><a href="{self._address(row[1])}">{escape(row[2])}</a> <time>{row[3][:10]}</time></li>\n'
                for row in rows
            )
            if listed:
                link = self._address(url_of(ticker_page(symbol)))
                heading = f'<h2><a href="{link}">{escape(f"{name} {symbol}".strip())}</a> 此前的消息</h2>'
                yield f'<aside class="related">\n{heading}\n<ul>\n{listed}</ul>\n</aside>\n'

    def _address(self, url: str) -> str:
        return escape(self.context.address.base + url)

    def _rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        return self.context.state.connection.execute(query, values).fetchall()
