"""Search indexes of a build: those bundles whose posts have changed are built, while the next stage runs."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Sequence
from concurrent.futures import Future, wait
from typing import Any, NamedTuple

from finews_crawler.site.build_context import BUNDLES, POSTS, BuildContext
from finews_crawler.site.post_data import medium_of
from finews_crawler.site.post_render import files_below
from finews_crawler.site.post_rows import TICKER
from finews_crawler.site.post_table import SEARCH
from finews_crawler.site.search_bundles import divide, place_of
from finews_crawler.site.search_index import SearchPost, build_search_index

FOLDER = "search-index"
"""Folder of the site with the search indexes."""
COMPLETE = "complete"
# Without the posts whose page another one has. Few files have several posts: to look for one at each post takes longer.
SEARCHABLE = """
    WITH contested AS (SELECT file, max(path) AS owner FROM post GROUP BY file HAVING count(*) > 1)
    SELECT date, path, digest FROM post WHERE is_searchable AND path NOT IN
    (SELECT p.path FROM contested c JOIN post p ON p.file = c.file WHERE p.path <> c.owner)
    ORDER BY date, path
"""
SHOWN = "SELECT id, file, url, title, date, tag, info_code FROM post WHERE path = ?"


class Bundle(NamedTuple):
    """A search index that the posts require."""

    name: str
    digest: str
    """Of its posts."""
    folder: str
    """Below the build directory's ``bundles``. Another one in each build: a browser never sees files of two builds."""
    place: int
    months: list[str]
    """Publication months of its posts."""
    paths: list[str]
    """Of its posts."""


class _Places(Sequence[int]):
    """Places of posts that are in their order, each computed when ``divide`` looks at it: it looks at few."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        return place_of(self._rows[index][0])


class SearchStage:
    """Builds search indexes in the threads of the pool."""

    def __init__(self, context: BuildContext) -> None:
        self.context = context
        self.state = context.state
        self._building: dict[Future[list[str]], Bundle] = {}

    def begin(self) -> None:
        """Record which bundles there are, and begin to build those whose posts have changed."""
        if self.state.value(SEARCH) == COMPLETE:
            return
        wanted = self._wanted()
        built = dict(self.state.connection.execute("SELECT name, digest FROM bundle").fetchall())
        obsolete = [name for name in built if name not in wanted or wanted[name].digest != built[name]]
        changed = [bundle for name, bundle in wanted.items() if bundle.digest != built.get(name)]
        self._record(obsolete, changed)
        for bundle in changed:
            self._building[self.context.pool.submit(self._build, bundle, self._posts(bundle))] = bundle

    def _wanted(self) -> dict[str, Bundle]:
        rows = self._searchable()
        bundles = {}
        for span in divide(_Places(rows)):
            of_span = rows[span.begin : span.end]
            months = sorted({date[:7] for date, _, _ in of_span})
            # The search page shows the month; its earlier versions take it from here.
            name = f"{months[-1]}-{span.name}"
            digest = hashlib.sha256(repr([row[1:] for row in of_span]).encode()).hexdigest()
            paths = [path for _, path, _ in of_span]
            place = place_of(of_span[-1][0])
            bundles[name] = Bundle(name, digest, f"{name}.{uuid.uuid4().hex}", place, months, paths)
        return bundles

    def _searchable(self) -> list[tuple[str, str, str]]:
        """Return date, path and digest of the posts, by their places in time, and then by path."""
        return self.state.connection.execute(SEARCHABLE).fetchall()

    def _record(self, obsolete: Sequence[str], changed: Sequence[Bundle]) -> None:
        """Record new bundles, still without digest, and remove obsolete ones."""
        with self.state.transaction() as connection:
            for name in obsolete:
                folder = self.state.first("SELECT folder FROM bundle WHERE name = ?", name)
                self.state.remove_files_below_within(f"{BUNDLES}/{folder}")
                connection.execute("DELETE FROM bundle WHERE name = ?", (name,))
            connection.executemany(
                "INSERT INTO bundle VALUES (?, '', ?, ?, ?, ?)",
                [(one.name, one.folder, one.place, len(one.paths), json.dumps(one.months)) for one in changed],
            )

    def _posts(self, bundle: Bundle) -> list[SearchPost]:
        return [self._post(path) for path in bundle.paths]

    def _post(self, path: str) -> SearchPost:
        connection = self.state.connection
        number, file, url, title, date, tag, info_code = connection.execute(SHOWN, (path,)).fetchone()
        query = "SELECT key, name FROM mention WHERE post = ? AND kind = ?"
        tickers = [f"{symbol} {name}".strip() for symbol, name in connection.execute(query, (number, TICKER))]
        return SearchPost(file, url, title, medium_of(tag), date[:19], tickers, info_code)

    def _build(self, bundle: Bundle, posts: Sequence[SearchPost]) -> list[str]:
        """Build a bundle. Return its files below its folder. Raises OSError."""
        folder = self.context.directory.site_build / BUNDLES / bundle.folder
        build_search_index(self.context.directory.site_build / POSTS, posts, folder)
        return list(files_below(folder))

    def finish(self) -> None:
        """Wait for the bundles, and record them as built. Raises OSError."""
        wait(self._building)
        if self.state.value(SEARCH) == COMPLETE:
            return
        if self._building:
            os.sync()  # The files must be on disk before they are recorded as complete.
        for future, bundle in self._building.items():
            self._finish(bundle, future.result())
        self.state.set_values({SEARCH: COMPLETE})

    def _finish(self, bundle: Bundle, files: Sequence[str]) -> None:
        with self.state.transaction() as connection:
            self.state.put_files_within(
                {f"{FOLDER}/{bundle.folder}/{file}": f"{BUNDLES}/{bundle.folder}/{file}" for file in files}
            )
            connection.execute("UPDATE bundle SET digest = ? WHERE name = ?", (bundle.digest, bundle.name))
