"""Posts in the build state: which are rendered, by what digest, and which of them has a page that several claim."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from finews_crawler.site.build_context import PAGES
from finews_crawler.site.build_state import BuildState
from finews_crawler.site.post_rows import BuiltPost

FIELDS = "m.kind, m.key, m.month, m.name, p.url, p.title, p.date, p.slug, p.tag, p.info_code, p.digest_line, p.modified"
IN_GROUPS = """
    SELECT p.path, p.digest FROM json_each(?) g CROSS JOIN post p
    ON p.path >= g.value AND p.path < g.value || char(1114111)"""
"""The posts whose paths begin with the names: a range of the index on them."""
SEARCH = "search"
"""Value of the state: '' if posts have changed since the search index was completed."""
INDEX = "index"
"""Value of the state: digest of everything but the posts that the index pages were built from; '' if posts have changed
since."""
SOURCES = "sources"
"""Value of the state: digest of everything that the posts were last rendered from; '' until all of them are."""
GROUPS = "groups"
"""Value of the state: see ``BuiltGroups``; '' if posts have changed since."""


class PostTable:
    """The table ``post`` and the lists of its posts. Of several posts with one URL, that of the last path is served."""

    def __init__(self, state: BuildState) -> None:
        self.state = state
        self.connection = state.connection

    def digests(self) -> dict[str, str]:
        """Return the digest with which each post was rendered, by path; '' for one to be rendered again."""
        return dict(self.connection.execute("SELECT path, digest FROM post"))

    def digests_in(self, groups: Collection[str]) -> dict[str, str]:
        """Return ``digests`` of the posts in *groups*, see ``post_groups``."""
        return dict(self.connection.execute(IN_GROUPS, (json.dumps(list(groups)),)))

    def unfinished(self) -> list[str]:
        """Return the paths of the posts to be rendered again."""
        return [path for (path,) in self.connection.execute("SELECT path FROM post WHERE digest = ''")]

    def foreign_slugs(self) -> dict[str, str]:
        """Return the categories of the posts that are not in the index, by path."""
        return dict(self.connection.execute("SELECT path, slug FROM post WHERE info_code = '' AND slug <> ''"))

    def newest(self, count: int) -> list[tuple[str, str]]:
        """Return path and digest of the newest posts that have pages."""
        query = (
            "SELECT path, digest FROM post p WHERE file <> '' AND NOT EXISTS "
            "(SELECT 1 FROM post o WHERE o.file = p.file AND o.path > p.path) ORDER BY date DESC, path DESC LIMIT ?"
        )
        return self.connection.execute(query, (count,)).fetchall()

    def put(self, posts: Sequence[BuiltPost], dropped: Collection[str] = ()) -> list[str]:
        """Record rendered posts, still without digest, and remove *dropped* ones.

        Return the files that no post has any more.
        """
        with self.state.transaction():
            paths = [*dropped, *(post.path for post in posts)]
            files = {file for path in paths for file in self._files_of(path)}
            owners = {file: self.owner(file) for file in files}
            before = self._remove(paths)
            now = self._insert(posts)
            # A list changes when a post enters or leaves it, and when what it shows of a post changes.
            touched = [(kind, key, date[:10]) for kind, key, _, _, _, _, date, *_ in before ^ now]
            self.connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", touched)
            freed = [file for file in files if not self._pass_on(file, owners[file])]
            self.state.put_files_within({file: self._page(file) for file in freed})
            self.connection.executemany(
                "INSERT OR REPLACE INTO fact VALUES (?, '')", [(SEARCH,), (SOURCES,), (GROUPS,), (INDEX,)]
            )
        return freed

    def finish(self, digests: Mapping[str, str]) -> None:
        """Record the digests of posts whose pages are on disk."""
        with self.state.transaction():
            rows = [(digest, path) for path, digest in digests.items()]
            self.connection.executemany("UPDATE post SET digest = ? WHERE path = ?", rows)

    def owner(self, file: str) -> str:
        """Return the post whose page is served as *file*; '' if there is none."""
        return self.state.first("SELECT path FROM post WHERE file = ? ORDER BY path DESC LIMIT 1", file)

    def _files_of(self, path: str) -> list[str]:
        rows = self.connection.execute("SELECT file FROM post WHERE path = ? AND file <> ''", (path,))
        return [file for (file,) in rows]

    def _pass_on(self, file: str, before: str) -> bool:
        """Have the post rendered that *file* passes to from *before*. Return False if no post has it."""
        owner = self.owner(file)
        if owner not in ("", before):
            self.connection.execute("UPDATE post SET digest = '' WHERE path = ?", (owner,))
        return owner != ""

    def _page(self, file: str) -> str:
        """Return the source of the listing that a post's page has replaced; '' if there is none."""
        return f"{PAGES}/{file}" if self.state.first("SELECT 1 FROM listing WHERE path = ?", file) else ""

    def _remove(self, paths: Iterable[str]) -> set[tuple[str, ...]]:
        """Remove posts. Return what each list showed of them."""
        before: set[tuple[str, ...]] = set()
        query = f"SELECT {FIELDS} FROM mention m JOIN post p ON p.id = m.post WHERE p.path = ?"  # noqa: S608
        for path in paths:
            before.update(self.connection.execute(query, (path,)))
            self.connection.execute("DELETE FROM mention WHERE post = (SELECT id FROM post WHERE path = ?)", (path,))
            self.connection.execute("DELETE FROM post WHERE path = ?", (path,))
        return before

    def _insert(self, posts: Sequence[BuiltPost]) -> set[tuple[str, ...]]:
        now: set[tuple[str, ...]] = set()
        for post in posts:
            values = (post.path, post.file, *post.listed, post.is_searchable, post.modified)
            cursor = self.connection.execute(
                "INSERT INTO post VALUES (NULL, ?, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')", values
            )
            rows = [
                (m.kind, m.key, m.month, post.listed.date, cursor.lastrowid, m.name, place)
                for place, m in enumerate(post.lists)
            ]
            self.connection.executemany("INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            now.update((*membership, *post.listed, post.modified) for membership in post.lists)
        return now
