"""State of the last build: built partitions, the lists that contain their posts, and when each file changed.

Everything in it can be recomputed from the site folder and the index, so an unreadable state is discarded. The tables
and columns keep their first names (``part``, ``mention``, ``fact``): a new name would force a full build.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

VERSION = 3
TABLES = (
    """CREATE TABLE part (
        name TEXT PRIMARY KEY, digest TEXT NOT NULL, folder TEXT NOT NULL, is_searchable INTEGER, months, foreign_slugs
    )""",
    "CREATE TABLE post (id INTEGER PRIMARY KEY, part TEXT NOT NULL, url, title, date, slug, tag, info_code)",
    "CREATE INDEX post_part ON post (part)",
    "CREATE INDEX post_url ON post (lower(url))",
    "CREATE INDEX post_info_code ON post (info_code)",
    "CREATE INDEX post_slug ON post (slug, tag)",
    # The primary key has month before date, so the table itself is in the order of both queries on it: the newest
    # posts of a key, and its months.
    """CREATE TABLE mention (
        kind TEXT, key TEXT, month TEXT, date TEXT, post INTEGER, name TEXT,
        PRIMARY KEY (kind, key, month, date, post)
    ) WITHOUT ROWID""",
    "CREATE INDEX mention_post ON mention (post)",
    "CREATE TABLE touched (kind TEXT, key TEXT, month TEXT, PRIMARY KEY (kind, key, month)) WITHOUT ROWID",
    """CREATE TABLE listing (
        path TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX listing_key ON listing (kind, key)",
    "CREATE TABLE file (path TEXT PRIMARY KEY, source TEXT NOT NULL, generation INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX file_generation ON file (generation)",
    "CREATE INDEX file_source ON file (source)",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


class Membership(NamedTuple):
    """A list that contains a post: a category, a ticker or a day."""

    kind: str
    key: str
    month: str
    name: str = ""
    """Name of the ticker as the article spells it."""


class ListedPost(NamedTuple):
    """A post as lists show it."""

    url: str
    title: str
    date: str
    """``YYYY-MM-DD HH:MM:SS +0800``."""
    slug: str
    tag: str
    info_code: str = ""
    """'' for a post that is not in the index."""


class Partition(NamedTuple):
    """A built partition of the site."""

    digest: str
    """Digest of its sources; '' until its search index is complete, so that an interrupted one is rebuilt."""
    folder: str
    """Below the build directory."""
    searchable: int
    """Number of its posts in the search index."""
    months: list[str]
    """Publication months of its posts: a post's front matter may differ from its file name."""
    foreign_slugs: list[str]
    """Categories of its posts that are not in the index."""


class BuildState:
    """``state.sqlite`` in the build directory."""

    def __init__(self, path: Path) -> None:
        self.connection = _open(path)
        self.build_directory = path.parent

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit the block's changes together, or none of them."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection

    def first(self, query: str, *parameters: str) -> str:
        """Return the first column of the first row of a query as text; '' without rows."""
        rows = self.connection.execute(query, parameters).fetchmany(1)
        return str(rows[0][0]) if rows else ""

    def value(self, name: str) -> str:
        """Return a single value; '' if it has not been set."""
        return self.first("SELECT value FROM fact WHERE name = ?", name)

    def set_values(self, values: Mapping[str, str]) -> None:
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", values.items())

    def partitions(self) -> dict[str, Partition]:
        """Return the built partitions by name, newest month first."""
        rows = self.connection.execute("SELECT * FROM part ORDER BY name DESC").fetchall()
        try:
            return {
                row[0]: Partition(row[1], row[2], int(row[3]), json.loads(row[4]), json.loads(row[5])) for row in rows
            }
        except (ValueError, TypeError) as error:
            raise sqlite3.DatabaseError(f"a damaged row of table part ({error})") from error

    def put_partition(
        self,
        name: str,
        partition: Partition,
        posts: Sequence[tuple[ListedPost, Sequence[Membership]]],
        files: Iterable[str],
    ) -> None:
        """Record a built partition: its *posts* with the lists that contain them, and its *files* below its folder."""
        with self.transaction() as connection:
            before = self._remove_posts(name)
            now: set[tuple[str, ...]] = set()
            for post, memberships in posts:
                cursor = connection.execute("INSERT INTO post VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", (name, *post))
                rows = [(m.kind, m.key, m.month, post.date, cursor.lastrowid, m.name) for m in memberships]
                connection.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?, ?, ?, ?, ?)", rows)
                now.update((*membership, *post) for membership in memberships)
            # A list changes when a post enters or leaves it, and when what it shows of a post changes.
            self._touch(before ^ now)
            old_folder = self._folder_of(name)
            row = (name, *partition[:3], json.dumps(partition.months), json.dumps(partition.foreign_slugs))
            connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)", row)
            self._put_files({file: f"{partition.folder}/{file}" for file in files}, partition=name)
            self._remove_files_of(old_folder)

    def finish_partition(self, name: str, digest: str, files: Iterable[str]) -> None:
        """Record that a partition's search index is complete: *files* below its folder."""
        with self.transaction() as connection:
            folder = self._folder_of(name)
            self._put_files({file: f"{folder}/{file}" for file in files})
            connection.execute("UPDATE part SET digest = ? WHERE name = ?", (digest, name))

    def drop_partition(self, name: str) -> None:
        """Remove a partition that has no posts any more."""
        with self.transaction() as connection:
            self._touch(self._remove_posts(name))
            folder = self._folder_of(name)
            connection.execute("DELETE FROM part WHERE name = ?", (name,))
            self._remove_files_of(folder)

    def _remove_posts(self, partition: str) -> set[tuple[str, ...]]:
        """Remove a partition's posts. Return the fields of Membership and ListedPost for each list that had one."""
        columns = "m.kind, m.key, m.month, m.name, p.url, p.title, p.date, p.slug, p.tag, p.info_code"
        query = f"SELECT {columns} FROM mention m JOIN post p ON p.id = m.post WHERE p.part = ?"  # noqa: S608
        before = set(self.connection.execute(query, (partition,)).fetchall())
        self.connection.execute("DELETE FROM mention WHERE post IN (SELECT id FROM post WHERE part = ?)", (partition,))
        self.connection.execute("DELETE FROM post WHERE part = ?", (partition,))
        return before

    def _touch(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Mark the lists of these rows (kind, key, month, …) as changed."""
        self.connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", [row[:3] for row in rows])

    def _folder_of(self, partition: str) -> str:
        return self.first("SELECT folder FROM part WHERE name = ?", partition)

    def _remove_files_of(self, folder: str) -> None:
        """Remove the files whose source is still in an unused folder, unless another partition has the same file."""
        if not folder:
            return
        # A range instead of LIKE, which uses no index here: all that begins with "folder/", since "0" follows "/".
        query = "SELECT path FROM file WHERE source > ? AND source < ?"
        paths = [path for (path,) in self.connection.execute(query, (f"{folder}/", f"{folder}0"))]
        folders = [partition.folder for partition in self.partitions().values()]
        sources = dict.fromkeys(paths, "")
        for path in paths:
            others = (f"{other}/{path}" for other in folders)
            sources[path] = next((source for source in others if (self.build_directory / source).is_file()), "")
        self._put_files(sources)

    def put_files(self, sources: Mapping[str, str]) -> None:
        """Record new and changed files of the site with their sources; '' as source removes a file."""
        with self.transaction():
            self._put_files(sources)

    def _put_files(self, sources: Mapping[str, str], partition: str = "~") -> None:
        """Record files. Of two partitions with the same file (posts with the same URL), the later one's is served.

        "~" sorts after every partition.
        """
        generation = self.generation()
        self.connection.executemany(
            "INSERT INTO file VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET source = excluded.source, generation = excluded.generation "
            "WHERE replace(source, '/' || path, '') NOT IN (SELECT folder FROM part WHERE name > ?)",
            [(path, source, generation, partition) for path, source in sources.items()],
        )

    def source_of(self, path: str) -> str:
        """Return the source of a file, '' if the site does not have it."""
        return self.first("SELECT source FROM file WHERE path = ?", path)

    def has_file(self, path: str) -> bool:
        """Return True if the site has this file."""
        return self.source_of(path) != ""

    def changed_files(self, since: int) -> Iterator[tuple[str, str]]:
        """Yield path and source of the files that changed after generation *since*; the source of a removed one is ''.

        Since generation 0, an empty release, nothing has been removed.
        """
        query = "SELECT path, source FROM file WHERE generation > ? AND (source <> '' OR ? > 0)"
        yield from self.connection.execute(query, (since, since))

    def generation(self) -> int:
        """Return the current generation, under which changed files are recorded."""
        return int(self.value("generation") or 1)

    def next_generation(self) -> int:
        """Begin the next generation. Return the one that ended."""
        ended = self.generation()
        self.set_values({"generation": str(ended + 1)})
        return ended


def _open(path: Path) -> sqlite3.Connection:
    for _ in range(2):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL may lose the last transactions in a power failure: that costs a partition built twice.
            connection.execute("PRAGMA synchronous = NORMAL")
            if _prepare(connection):
                return connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                connection.close()
                raise
        connection.close()
        remove_state(path)
    raise sqlite3.OperationalError(f"{path} cannot be created")


def remove_state(path: Path) -> None:
    """Remove a state with the files that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection) -> bool:
    """Create the tables in an empty database. Return False if the state is of another version."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    return version in (0, VERSION)
