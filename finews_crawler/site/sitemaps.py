"""Sitemaps of the posts and of the index pages, and the index of all sitemaps (sitemaps.org, version 0.9).

A sitemap has the posts of a month, or of a day of a large month, so that new posts change only a small one.
jekyll-sitemap sees neither the posts of other runs nor the pages that were built before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape

from finews_crawler.site.address import SiteAddress
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_rows import DAY
from finews_crawler.site.urls import url_of

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_URLS = 50_000
"""Maximum number of URLs in a sitemap."""
MOST_OF_A_MONTH = 2_000
"""Posts; a month with more has a sitemap for each day."""
INDEX = "sitemap.xml"
MONTHS = """
    SELECT period, SUM(posts) FROM total WHERE kind = ? AND length(period) = 7 GROUP BY period ORDER BY period DESC"""
DAYS = """
    SELECT key, posts FROM total WHERE kind = ? AND key > ? AND key < ? AND period = '' ORDER BY key DESC"""
POSTS = """
    SELECT p.url, p.modified FROM mention m JOIN post p ON p.id = m.post
    WHERE m.kind = ? AND m.key >= ? AND m.key < ? ORDER BY m.key, m.date, p.url"""


@dataclass(frozen=True)
class Sitemaps:
    """Writes the sitemaps of a site into *folder*."""

    folder: Path
    address: SiteAddress
    state: BuildState

    def write(self, days: AbstractSet[str], pages: Sequence[str]) -> list[str]:
        """Write the sitemaps of the posts of *days*, or of their months, of all *pages*, and the index.

        Return the paths of all sitemaps that the site has. Raises OSError.
        """
        (self.folder / "sitemaps").mkdir(exist_ok=True)
        changed = days | {day[:7] for day in days}
        of_posts = {period: _names(period, count) for period, count in self._periods()}
        for period, names in of_posts.items():
            if period in changed or not self.state.has_file(names[0]):
                for name, rows in zip(names, _chunks(self._posts(period)), strict=True):
                    listed = [row for row in rows if row[1]]
                    (self.folder / name).write_bytes(_document("urlset", "url", listed))
        urls = [(f"{self.address}{url_of(page)}", "") for page in sorted(pages)]
        of_pages = [f"sitemaps/pages-{number}.xml" for number, _ in enumerate(_chunks(urls), 1)]
        for name, rows in zip(of_pages, _chunks(urls), strict=True):
            (self.folder / name).write_bytes(_document("urlset", "url", rows))
        written = [*(name for names in of_posts.values() for name in names), *of_pages]
        locations = ((f"{self.address}{url_of(path)}", "") for path in written)
        (self.folder / INDEX).write_bytes(_document("sitemapindex", "sitemap", locations))
        return [*written, INDEX]

    def _periods(self) -> Iterator[tuple[str, int]]:
        """Yield the months, newest first, and instead of a large one its days, with their numbers of posts."""
        connection = self.state.connection
        for month, count in connection.execute(MONTHS, (DAY,)).fetchall():
            if count > MOST_OF_A_MONTH:
                yield from connection.execute(DAYS, (DAY, month, f"{month}~")).fetchall()
            else:
                yield month, count

    def _posts(self, period: str) -> list[tuple[str, str]]:
        """Return the URLs and times of the posts of a month or day; one that is to be in no sitemap has no time."""
        rows = self.state.connection.execute(POSTS, (DAY, period, f"{period}~"))
        return [(f"{self.address}{url.removesuffix('index.html')}", modified) for url, modified in rows]


def _names(period: str, count: int) -> list[str]:
    """Return the paths of the sitemaps of the posts of a month or day.

    >>> _names("2022-05-18", 50_001)
    ['sitemaps/2022-05-18.xml', 'sitemaps/2022-05-18-2.xml']
    """
    return [f"sitemaps/{period}{f'-{n + 1}' if n else ''}.xml" for n in range(-(-count // MOST_URLS))]


def _chunks(rows: Sequence[tuple[str, str]]) -> Iterator[Sequence[tuple[str, str]]]:
    return (rows[first : first + MOST_URLS] for first in range(0, len(rows), MOST_URLS))


def _document(root: str, element: str, rows: Iterable[tuple[str, str]]) -> bytes:
    """Return a sitemap of URLs with their times, '' for none.

    >>> print(_document("urlset", "url", [("https://a.cn/?b&c", "2022-05-18T10:00:00+08:00")]).decode())
    <?xml version='1.0' encoding='utf-8'?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      <url>
        <loc>https://a.cn/?b&amp;c</loc>
        <lastmod>2022-05-18T10:00:00+08:00</lastmod>
      </url>
    </urlset>
    <BLANKLINE>
    """
    lines = ["<?xml version='1.0' encoding='utf-8'?>", f'<{root} xmlns="{NAMESPACE}">']
    # All at once: a month may have tens of thousands of posts.
    texts = iter(escape("\0".join(chain.from_iterable(rows))).split("\0"))
    for url, modified in zip(texts, texts, strict=False):
        time = f"    <lastmod>{modified}</lastmod>\n" if modified else ""
        lines.append(f"  <{element}>\n    <loc>{url}</loc>\n{time}  </{element}>")
    return "\n".join([*lines, f"</{root}>", ""]).encode()
