"""What a build knows of the one before: the parts built, what their pages list, which files changed when.

All of it can be made anew from the site's folder and the index, so a state that cannot be read is thrown away.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

VERSION = 2
TABLES = (
    """CREATE TABLE part (
        name TEXT PRIMARY KEY, digest TEXT NOT NULL, folder TEXT NOT NULL, is_searchable INTEGER, months, foreign_slugs
    )""",
    "CREATE TABLE post (id INTEGER PRIMARY KEY, part TEXT NOT NULL, url, title, date, slug, tag)",
    "CREATE INDEX post_part ON post (part)",
    # month, then date: the newest of a key, and its months, each in the order of the table itself.
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


class Mention(NamedTuple):
    """A list that names a post: of a category, a ticker or a day."""

    kind: str
    key: str
    month: str
    name: str = ""
    """Of the ticker, as the article writes it."""


class ListedPost(NamedTuple):
    """A post as lists show it."""

    url: str
    title: str
    date: str
    """``YYYY-MM-DD HH:MM:SS +0800``."""
    slug: str
    tag: str


class Partition(NamedTuple):
    """A part of the site that was built by itself."""

    digest: str
    """'' for one whose search index is not made: it is built again."""
    folder: str
    is_searchable: bool
    """Whether there is anything to search in it."""
    months: list[str]
    """Those in which its posts were published: the front matter may say another than the file's name."""
    foreign_slugs: list[str]
    """The categories of its posts that the index does not know."""


class BuildState:
    """``state.sqlite``."""

    def __init__(self, path: Path) -> None:
        self.connection = _open(path)
        self.workshop = path.parent

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            yield self.connection

    def fact(self, name: str) -> str:
        rows = self.connection.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchall()
        return str(rows[0][0]) if rows else ""

    def set_facts(self, facts: Mapping[str, str]) -> None:
        with self.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO fact VALUES (?, ?)", facts.items())

    def parts(self) -> dict[str, Partition]:
        rows = self.connection.execute("SELECT * FROM part ORDER BY name DESC")
        return {row[0]: Partition(row[1], row[2], bool(row[3]), json.loads(row[4]), json.loads(row[5])) for row in rows}

    def put_part(
        self, name: str, part: Partition, posts: Sequence[tuple[ListedPost, Sequence[Mention]]], files: Iterable[str]
    ) -> None:
        """A part is built: *posts* and the lists that name them, *files* below its folder."""
        with self.writing() as connection:
            before = _forget_posts(connection, name)
            now: set[tuple[str, ...]] = set()
            for post, mentions in posts:
                cursor = connection.execute("INSERT INTO post VALUES (NULL, ?, ?, ?, ?, ?, ?)", (name, *post))
                rows = [(m.kind, m.key, m.month, post.date, cursor.lastrowid, m.name) for m in mentions]
                connection.executemany("INSERT OR IGNORE INTO mention VALUES (?, ?, ?, ?, ?, ?)", rows)
                now.update((*mention, *post) for mention in mentions)
            # A list changes with the posts on it, and with what it shows of them.
            changed = [row[:3] for row in before ^ now]
            connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", changed)
            old = _folder_of(connection, name)
            row = (name, *part[:3], json.dumps(part.months), json.dumps(part.foreign_slugs))
            connection.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?, ?, ?)", row)
            _put_files(connection, {file: f"{part.folder}/{file}" for file in files}, part=name)
            self._forget_files(old)

    def finish_part(self, name: str, digest: str, files: Iterable[str]) -> None:
        """A part's search index is made as well: *files* below its folder."""
        with self.writing() as connection:
            folder = _folder_of(connection, name)
            _put_files(connection, {file: f"{folder}/{file}" for file in files})
            connection.execute("UPDATE part SET digest = ? WHERE name = ?", (digest, name))

    def drop_part(self, name: str) -> None:
        """A part has no posts any more."""
        with self.writing() as connection:
            changed = [row[:3] for row in _forget_posts(connection, name)]
            connection.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", changed)
            old = _folder_of(connection, name)
            connection.execute("DELETE FROM part WHERE name = ?", (name,))
            self._forget_files(old)

    def _forget_files(self, folder: str) -> None:
        """The files still said to lie in a folder that is no longer used are gone, but for those another part has."""
        if not folder:
            return
        # All that begins with the folder's name and a slash, which 0 follows.
        query = "SELECT path FROM file WHERE source > ? AND source < ?"
        gone = [path for (path,) in self.connection.execute(query, (f"{folder}/", f"{folder}0"))]
        folders = [part.folder for part in self.parts().values()]
        _put_files(self.connection, {path: self._place_in(folders, path) for path in gone})

    def _place_in(self, folders: Iterable[str], path: str) -> str:
        places = (f"{folder}/{path}" for folder in folders)
        return next((place for place in places if (self.workshop / place).is_file()), "")

    def put_files(self, sources: Mapping[str, str]) -> None:
        """These files of the site are new or changed; '' for one that is gone."""
        with self.writing() as connection:
            _put_files(connection, sources)

    def has_file(self, path: str) -> bool:
        """Whether the site has this file."""
        query = "SELECT 1 FROM file WHERE path = ? AND source <> ''"
        return self.connection.execute(query, (path,)).fetchone() is not None

    def changed_files(self, since: int) -> Iterator[tuple[str, str]]:
        """The files that changed after the generation *since*, and where each lies; '' for one that is gone."""
        query = "SELECT path, source FROM file WHERE generation > ? AND (source <> '' OR ? > 0)"
        yield from self.connection.execute(query, (since, since))

    def generation(self) -> int:
        """The generation that files are written under; ``next_generation`` ends it."""
        return int(self.fact("generation") or 1)

    def next_generation(self) -> int:
        """End the generation, and say which it was."""
        ended = self.generation()
        self.set_facts({"generation": str(ended + 1)})
        return ended


def _open(path: Path) -> sqlite3.Connection:
    for _ in range(2):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")  # a lost transaction is a part built once more
            if _prepare(connection):
                return connection
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                connection.close()
                raise
        connection.close()
        for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            file.unlink(missing_ok=True)
    raise sqlite3.OperationalError(f"{path} cannot be made")


def _prepare(connection: sqlite3.Connection) -> bool:
    """Make the tables where there are none. False for those of another version."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    return version in (0, VERSION)


def _forget_posts(connection: sqlite3.Connection, part: str) -> set[tuple[str, ...]]:
    """Remove a part's posts, and say on which lists they stood, and how."""
    with closing(connection.cursor()) as cursor:
        columns = "m.kind, m.key, m.month, m.name, p.url, p.title, p.date, p.slug, p.tag"
        query = f"SELECT {columns} FROM mention m JOIN post p ON p.id = m.post WHERE p.part = ?"  # noqa: S608
        before = set(cursor.execute(query, (part,)).fetchall())
        cursor.execute("DELETE FROM mention WHERE post IN (SELECT id FROM post WHERE part = ?)", (part,))
        cursor.execute("DELETE FROM post WHERE part = ?", (part,))
    return before


def _folder_of(connection: sqlite3.Connection, part: str) -> str:
    rows = connection.execute("SELECT folder FROM part WHERE name = ?", (part,)).fetchall()
    return str(rows[0][0]) if rows else ""


def _put_files(connection: sqlite3.Connection, sources: Mapping[str, str], part: str = "~") -> None:
    """Note where files lie. Of two parts that have one, two posts claiming one address, the later part's is served."""
    generation = connection.execute("SELECT value FROM fact WHERE name = 'generation'").fetchall()
    number = int(generation[0][0]) if generation else 1
    rows = [(path, source, number, part) for path, source in sources.items()]
    connection.executemany(
        "INSERT INTO file VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET source = excluded.source, generation = excluded.generation "
        "WHERE replace(source, '/' || path, '') NOT IN (SELECT folder FROM part WHERE name > ?)",
        rows,
    )
