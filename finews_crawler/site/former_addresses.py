"""URLs that posts had in earlier builds, for redirects from them.

A post's URL contains its outlet's slug, its day and its file name, any of which may become known or change later. The
former URLs cannot be computed again, so they are in a file of their own, which a full build keeps.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from finews_crawler.site.build_state import BuildState

FILE = "addresses.sqlite"
TABLES = (
    "CREATE TABLE IF NOT EXISTS address (info_code TEXT PRIMARY KEY, url TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS former (url TEXT PRIMARY KEY, info_code TEXT NOT NULL) WITHOUT ROWID",
)


class FormerAddresses:
    """``addresses.sqlite`` in the build directory. Its methods raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        for table in TABLES:
            self.connection.execute(table)

    def close(self) -> None:
        self.connection.close()

    def update(self, urls: Mapping[str, str]) -> None:
        """Record the present URLs of posts by infoCode; URLs that differ from before become former ones."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany(
                "INSERT OR REPLACE INTO former SELECT url, info_code FROM address WHERE info_code = ? AND url <> ?",
                urls.items(),
            )
            self.connection.executemany("INSERT OR REPLACE INTO address VALUES (?, ?)", urls.items())

    def redirects(self, state: BuildState) -> dict[str, str]:
        """Return the present URL of an article by each former one. A former URL that a post has now is not among them.

        A redirect never leads to another one: its target is the URL of a post.
        """
        former = self.connection.execute("SELECT url, info_code FROM former ORDER BY url").fetchall()
        return dict(_present(state, former))


def _present(state: BuildState, former: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for url, info_code in former:
        # On some file systems, a file whose name differs only in case would be the post's.
        if state.first("SELECT 1 FROM post WHERE lower(url) = lower(?)", url):
            continue
        if target := state.first("SELECT url FROM post WHERE info_code = ?", info_code):
            yield url, target
