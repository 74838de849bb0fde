"""State of the last build: rendered posts, the lists that contain them, search indexes, and when each file changed.

Everything in it can be recomputed from the site folder and the index, so an unreadable state is discarded, and so is
one of another version, with all that was built.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

VERSION = 9
TABLES = (
    # The digest is '' until the page is on disk, so that an interrupted post is rendered again.
    """CREATE TABLE post (
        id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, file TEXT NOT NULL,
        url, title, date, slug, tag, info_code, digest_line, is_searchable INTEGER, modified, links TEXT NOT NULL
    )""",
    "CREATE INDEX post_unfinished ON post (path) WHERE digest = ''",
    # Posts whose page has no links to others yet: ``links`` is a digest of them, see ``neighbours``.
    "CREATE INDEX post_without_links ON post (id) WHERE links = ''",
    "CREATE INDEX post_file ON post (file, path)",
    "CREATE INDEX post_url ON post (lower(url))",
    "CREATE INDEX post_info_code ON post (info_code)",
    "CREATE INDEX post_slug ON post (slug, tag)",
    "CREATE INDEX post_date ON post (date)",
    # Everything that the division into search indexes needs of all posts.
    "CREATE INDEX post_searchable ON post (date, path, digest) WHERE is_searchable",
    # The primary key has month before date, so the table itself is in the order of both queries on it: the newest
    # posts of a key, and its months.
    """CREATE TABLE mention (
        kind TEXT, key TEXT, month TEXT, date TEXT, post INTEGER, name TEXT, place INTEGER,
        PRIMARY KEY (kind, key, month, date, post)
    ) WITHOUT ROWID""",
    "CREATE INDEX mention_post ON mention (post)",
    # Number of posts of each list: of all, of a month, of a day. To count them would cost more with every post.
    """CREATE TABLE total (
        kind TEXT, key TEXT, period TEXT, posts INTEGER NOT NULL, PRIMARY KEY (kind, key, period)
    ) WITHOUT ROWID""",
    "CREATE TABLE ticker_name (key TEXT, name TEXT, posts INTEGER NOT NULL, PRIMARY KEY (key, name)) WITHOUT ROWID",
    """CREATE TRIGGER mention_added AFTER INSERT ON mention BEGIN
        INSERT INTO total VALUES
        (new.kind, new.key, '', 1), (new.kind, new.key, new.month, 1), (new.kind, new.key, substr(new.date, 1, 10), 1)
        ON CONFLICT DO UPDATE SET posts = posts + 1;
        INSERT INTO ticker_name SELECT new.key, new.name, 1 WHERE new.kind = 'ticker' AND new.name <> ''
        ON CONFLICT DO UPDATE SET posts = posts + 1;
    END""",
    """CREATE TRIGGER mention_removed AFTER DELETE ON mention BEGIN
        UPDATE total SET posts = posts - 1
        WHERE kind = old.kind AND key = old.key AND period IN ('', old.month, substr(old.date, 1, 10));
        DELETE FROM total WHERE kind = old.kind AND key = old.key AND posts = 0;
        UPDATE ticker_name SET posts = posts - 1 WHERE old.kind = 'ticker' AND key = old.key AND name = old.name;
        DELETE FROM ticker_name WHERE old.kind = 'ticker' AND key = old.key AND posts = 0;
    END""",
    # The pictures of each post that the site has itself, see ``pictures``.
    "CREATE TABLE picture (post INTEGER, file TEXT, PRIMARY KEY (post, file)) WITHOUT ROWID",
    "CREATE INDEX picture_file ON picture (file)",
    "CREATE TRIGGER post_removed AFTER DELETE ON post BEGIN DELETE FROM picture WHERE post = old.id; END",
    "CREATE TABLE touched (kind TEXT, key TEXT, day TEXT, PRIMARY KEY (kind, key, day)) WITHOUT ROWID",
    """CREATE TABLE listing (
        path TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, digest TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX listing_key ON listing (kind, key)",
    # Digest of what all pages of a list show besides posts, such as the names of a ticker.
    """CREATE TABLE shown (
        kind TEXT, key TEXT, tag TEXT, digest TEXT NOT NULL, PRIMARY KEY (kind, key, tag)
    ) WITHOUT ROWID""",
    """CREATE TABLE bundle (
        name TEXT PRIMARY KEY, digest TEXT NOT NULL, folder TEXT NOT NULL, place INTEGER NOT NULL,
        posts INTEGER NOT NULL, months TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE file (path TEXT PRIMARY KEY, source TEXT NOT NULL, generation INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE INDEX file_generation ON file (generation)",
    "CREATE INDEX file_source ON file (source)",
    "CREATE INDEX file_removed ON file (generation) WHERE source = ''",
    "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)
BEGUN = "begun"
ADDRESS = "address"


class BuildState:
    """``state.sqlite`` in the build directory."""

    def __init__(self, path: Path) -> None:
        self.connection = _open(path)
        self.build_directory = path.parent
        self.is_new = self.value(BEGUN) == ""
        """True for a state whose build directory may have files of an earlier state."""

    def close(self) -> None:
        self.connection.close()

    def begin(self) -> None:
        """Record that the build directory has no files of an earlier state."""
        self.set_values({BEGUN: "yes"})

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

    def categories(self) -> list[str]:
        """Return the slugs of all categories with posts."""
        rows = self.connection.execute("SELECT key FROM total WHERE kind = 'category' AND period = ''")
        return [slug for (slug,) in rows]

    def put_files(self, sources: Mapping[str, str]) -> None:
        """Record new and changed files of the site with their sources; '' as source removes a file."""
        with self.transaction():
            self.put_files_within(sources)

    def put_files_within(self, sources: Mapping[str, str]) -> None:
        """As ``put_files``, within a transaction."""
        generation = self.generation()
        self.connection.executemany(
            "INSERT INTO file VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET source = excluded.source, generation = excluded.generation",
            [(path, source, generation) for path, source in sources.items()],
        )

    def remove_files_below_within(self, folder: str) -> None:
        """Record, within a transaction, that all files whose source is below *folder* are removed."""
        # A range instead of LIKE, which uses no index here: all that begins with "folder/", since "0" follows "/".
        self.connection.execute(
            "UPDATE file SET source = '', generation = ? WHERE source > ? AND source < ?",
            (self.generation(), f"{folder}/", f"{folder}0"),
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

    def forget_removed(self, until: int) -> None:
        """Delete the rows of files that were removed in generation *until* or before."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM file WHERE source = '' AND generation <= ?", (until,))

    def next_generation(self) -> int:
        """Begin the next generation. Return the one that ended."""
        ended = self.generation()
        self.set_values({"generation": str(ended + 1)})
        return ended


def built_address(path: Path) -> str:
    """Return the public address of the pages of the state at *path*; '' without one, and if it cannot be read."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as state:
        for (address,) in state.execute("SELECT value FROM fact WHERE name = ?", (ADDRESS,)):
            return str(address)
    return ""


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
