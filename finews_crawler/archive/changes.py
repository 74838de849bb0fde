"""Posts whose rows have changed since a position in the index, by the numbers that an incremental export goes by too.

To compare the rows themselves, all of them would have to be read: a row and its bodies fill a page of the file.
"""

from __future__ import annotations

from contextlib import suppress

from finews_crawler.archive import decoders
from finews_crawler.archive.decoders import decode_rows
from finews_crawler.archive.index import Index
from finews_crawler.archive.query import Cursor, Timeline, read_cursor
from finews_crawler.archive.snapshot import NEWEST_CHANGE, TIMELINE
from finews_crawler.exceptions import DamagedRow, InvalidCursor

CHANGED = "SELECT DISTINCT post_path FROM change JOIN article USING (info_code) WHERE number > ?"


def newest_change(index: Index) -> str:
    """Return the position of the newest change, in the form of a cursor; '' if it is unknown. Raises UnusableIndex."""
    rows = decode_rows(index.select(NEWEST_CHANGE), "timeline", id=decoders.timeline, start=decoders.integer)
    with suppress(DamagedRow):
        return next((str(Cursor(*row)) for row in rows), "")
    return ""


def changed_posts(index: Index, after: str) -> set[str] | None:
    """Return the paths of the posts whose rows were written after a position; None if any may have been.

    So it is for a position of another index, or of this one before it was restored from a copy. A row that was deleted,
    and one of which only the path of its post has changed, are not among them. Raises UnusableIndex, DamagedRow.
    """
    try:
        cursor, now = read_cursor(after), read_cursor(newest_change(index))
        rows = index.select(TIMELINE, cursor.timeline, now.number)
        timelines = [Timeline(*row) for row in decode_rows(rows, "timeline", start=int, end=decoders.integer)]
    except (InvalidCursor, DamagedRow):
        return None
    if not any(timeline.contains(cursor.number) for timeline in timelines):
        return None
    changed = index.select(CHANGED, cursor.number)
    return {path for (path,) in decode_rows(changed, "article", post_path=decoders.post_path)}
