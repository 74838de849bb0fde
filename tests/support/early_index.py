"""An index as schema version 7 wrote it: a column for each body, and no text."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from finews_crawler.archive.article_rows import BODIES
from finews_crawler.archive.packed_texts import unpack
from finews_crawler.archive.schema import MIGRATIONS

VERSION = 7


def turn_back(path: Path) -> None:
    """Rewrite the index at *path* as version 7. Change numbers and timelines stay."""
    early = path.with_suffix(".early")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(early)) as target, target:
        source.row_factory = sqlite3.Row
        statements = [statement for version in MIGRATIONS[:VERSION] for statement in version]
        triggers = [statement for statement in statements if statement.startswith("CREATE TRIGGER")]
        for statement in statements:
            if statement not in triggers:
                target.execute(statement)
        for table in ("timeline", "article", "revision", "change", "rejection", "run", "sqlite_sequence"):
            target.execute(f"DELETE FROM {table}")
            for row in source.execute(f"SELECT * FROM {table} ORDER BY rowid"):
                values = dict(row)
                if "bodies" in values:
                    packed, _, _ = (values.pop(name) for name in ("bodies", "extraction", "source_line"))
                    texts = (zlib.compress(text.encode()) for text in unpack(packed))
                    values.update(zip(BODIES, texts, strict=False))
                marks = ", ".join("?" * len(values))
                target.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", [*values.values()])
        for trigger in triggers:
            target.execute(trigger)
        target.execute(f"PRAGMA user_version = {VERSION}")
    with closing(sqlite3.connect(early)) as target:
        target.execute("PRAGMA journal_mode = WAL")
    early.replace(path)
