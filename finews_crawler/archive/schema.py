"""Schema of the index and its migrations. A writer migrates an older index; a newer one is rejected."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from finews_crawler.exceptions import UnusableIndex
from finews_crawler.utils.error_hints import RESTORE

BUSY_TIMEOUT_SECONDS = 30
FIRST_ROWID = -(2**63)

# Columns of schema version 1, in their order. Not derived from Article, which changes: migrations must not.
FIRST_COLUMNS = (
    "info_code TEXT PRIMARY KEY, title, published_at, media_name, digest, public_url, text_html, content_html, "
    "source_url, origins, slug, body_html, share_url, tickers, images, first_seen_at, is_stand_in, "
    "post_name TEXT NOT NULL"
)
REVISION_COLUMNS = (
    "info_code TEXT NOT NULL, title, published_at, media_name, digest, public_url, text_html, content_html, "
    "source_url, origins, slug, body_html, share_url, tickers, images, first_seen_at, is_stand_in, "
    "revision INTEGER NOT NULL, revised_at TEXT NOT NULL, PRIMARY KEY (info_code, revision)"
)

# Columns that an export contains: a change in one of them gives the row a new change number.
EXPORTED_COLUMNS = (
    "title", "published_at", "media_name", "digest", "public_url", "source_url", "origins", "slug", "share_url",
    "tickers", "images", "first_seen_at", "is_stand_in", "revision", "revised_at",
)  # fmt: skip


def _is_changed(*others: str) -> str:
    """Return the condition that one of EXPORTED_COLUMNS or of *others* has changed."""
    old, new = (", ".join(f"{row}.{name}" for name in (*EXPORTED_COLUMNS, *others)) for row in ("old", "new"))
    return f"({old}) IS NOT ({new})"


# Not INSERT OR REPLACE: within a trigger, the conflict clause of the statement that fired it applies.
NUMBER_NEW = """DELETE FROM change WHERE info_code = new.info_code AND revision = new.revision;
    INSERT INTO change (info_code, revision) VALUES (new.info_code, new.revision);"""
FORGET_OLD = "DELETE FROM change WHERE info_code = old.info_code AND revision = old.revision;"
FIRST_IS_CHANGED = _is_changed("text_html", "content_html", "body_html")
# An update that leaves the title out changes only how a row is stored: see ``renewal``.
IS_CHANGED = _is_changed("source_line", "bodies")

# Statements that migrate version n to n + 1. Append only.
MIGRATIONS: Sequence[Sequence[str]] = (
    (
        f"CREATE TABLE article ({FIRST_COLUMNS})",
        """CREATE TABLE rejection (
            info_code TEXT NOT NULL, reason TEXT NOT NULL, payload_hash TEXT NOT NULL, listing_hash TEXT NOT NULL,
            is_final INTEGER NOT NULL, rejected_at TEXT NOT NULL,
            PRIMARY KEY (info_code, reason, payload_hash, listing_hash)
        )""",
    ),
    (
        "ALTER TABLE article RENAME COLUMN post_name TO post_path",
        "UPDATE article SET post_path = 'site/_posts/' || post_path",
        "ALTER TABLE article ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE article ADD COLUMN revised_at TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE article ADD COLUMN content_hash TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE article ADD COLUMN post_as_found BLOB",
        "ALTER TABLE article ADD COLUMN previous_path TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE article ADD COLUMN previous_hash TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE article ADD COLUMN is_written INTEGER NOT NULL DEFAULT 1",
        "CREATE UNIQUE INDEX article_post_path ON article (post_path)",
        "CREATE INDEX article_unfinished ON article (info_code) WHERE NOT is_written OR previous_path <> ''",
        f"CREATE TABLE revision ({REVISION_COLUMNS})",
        """CREATE TABLE run (
            id INTEGER PRIMARY KEY, spider TEXT NOT NULL, arguments TEXT NOT NULL, pid INTEGER NOT NULL,
            started_at TEXT NOT NULL, ended_at TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
            exit_status INTEGER, counts TEXT NOT NULL DEFAULT '{}', requests INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0
        )""",
    ),
    (
        "ALTER TABLE run ADD COLUMN first_error TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE run ADD COLUMN latency_median INTEGER",
        "ALTER TABLE run ADD COLUMN latency_largest INTEGER",
    ),
    # For counts by hour, which every run makes: they need not read the bodies stored in the rows.
    ("CREATE INDEX article_published ON article (published_at, media_name, origins)",),
    # A number for each revision, replaced by a new maximum whenever its row changes and never reused: rows with larger
    # numbers than an export's cursor have changed since. The identity tells the numbers of two indexes apart.
    (
        """CREATE TABLE change (
            number INTEGER PRIMARY KEY AUTOINCREMENT, info_code TEXT NOT NULL, revision INTEGER NOT NULL,
            UNIQUE (info_code, revision)
        )""",
        "INSERT INTO change (info_code, revision) SELECT info_code, revision FROM revision ORDER BY rowid",
        "INSERT INTO change (info_code, revision) SELECT info_code, revision FROM article ORDER BY rowid",
        f"CREATE TRIGGER article_added AFTER INSERT ON article BEGIN {NUMBER_NEW} END",
        f"CREATE TRIGGER article_changed AFTER UPDATE ON article WHEN {FIRST_IS_CHANGED} BEGIN "
        f"{FORGET_OLD} {NUMBER_NEW} END",
        f"CREATE TRIGGER article_removed AFTER DELETE ON article BEGIN {FORGET_OLD} END",
        f"CREATE TRIGGER revision_added AFTER INSERT ON revision BEGIN {NUMBER_NEW} END",
        f"CREATE TRIGGER revision_removed AFTER DELETE ON revision BEGIN {FORGET_OLD} END",
        "CREATE TABLE identity (value TEXT NOT NULL)",
        "INSERT INTO identity VALUES (lower(hex(randomblob(4))))",
    ),
    # A timeline for each process that writes, see ``query.Timeline``. Cursors of earlier exports have the identity.
    (
        "CREATE TABLE timeline (start INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)",
        "INSERT INTO timeline SELECT -1, value FROM identity",
        "DROP TABLE identity",
    ),
    ("ALTER TABLE run ADD COLUMN measured_seconds INTEGER",),
    # The bodies compressed together, behind the columns that are read without them. Rows of earlier versions keep the
    # columns of their bodies until they are written again or renewed (``finews reextract``).
    (
        *(
            f"ALTER TABLE {table} ADD COLUMN {column}"
            for table in ("article", "revision")
            for column in (
                "extraction INTEGER NOT NULL DEFAULT 0",
                "source_line TEXT NOT NULL DEFAULT ''",
                "bodies BLOB",
            )
        ),
        "DROP TRIGGER article_changed",
        f"CREATE TRIGGER article_changed AFTER UPDATE OF title ON article WHEN {IS_CHANGED} BEGIN "
        f"{FORGET_OLD} {NUMBER_NEW} END",
        f"CREATE TRIGGER revision_changed AFTER UPDATE OF title ON revision BEGIN {FORGET_OLD} {NUMBER_NEW} END",
    ),
)
# Before the first change of a process. A timeline without a change is replaced: no cursor has its id.
BEGIN_TIMELINE = """INSERT INTO timeline (start, id)
    VALUES (coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0), lower(hex(randomblob(4))))
    ON CONFLICT (start) DO UPDATE SET id = excluded.id"""
SCHEMA_VERSION = len(MIGRATIONS)


def reject_newer_version(connection: sqlite3.Connection, name: str) -> None:
    """Raise UnusableIndex for an index of a newer schema version than this program supports."""
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise UnusableIndex(
            f"{name} has schema version {version}, this finews_crawler reads up to {SCHEMA_VERSION}: update it"
        )


def is_readable(connection: sqlite3.Connection, name: str) -> bool:
    """Return True for an index, False for a file that a full disk left empty. Raises UnusableIndex otherwise."""
    reject_newer_version(connection, name)
    version = version_of(connection)
    if version == 0 and connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise UnusableIndex(f"{name} has tables, but no schema version: {RESTORE}")
    if 0 < version < SCHEMA_VERSION:
        raise UnusableIndex(f"{name} has schema version {version}: migrate it with `finews reextract`, or a crawl")
    return version == SCHEMA_VERSION


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Migrate to the current version, holding the archive lock. Raises UnusableIndex for a newer version."""
    reject_newer_version(connection, name)
    version = version_of(connection)
    if version == 0:
        _switch_to_wal(connection)
    if version < SCHEMA_VERSION:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            for statements in MIGRATIONS[version_of(connection) :]:  # another process may just have run them
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def migrate_existing(connection: sqlite3.Connection, name: str) -> bool:
    """Migrate an index; return False for a file without tables."""
    if not version_of(connection):
        return False
    migrate(connection, name)
    return True


def version_of(connection: sqlite3.Connection) -> int:
    """Return the schema version, 0 for a database without tables."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL mode, and wait for other processes: here SQLite ignores its own busy timeout."""
    for _ in range(BUSY_TIMEOUT_SECONDS * 20):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise  # waiting does not help against a full disk
            time.sleep(1 / 20)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")
