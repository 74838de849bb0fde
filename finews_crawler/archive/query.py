"""Selection of the records of an export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from finews_crawler.archive.cursor import Cursor


@dataclass(frozen=True)
class ExportQuery:
    """All records of the index that meet every condition."""

    since: date | None = None
    """First day of publication, in Beijing time."""
    until: date | None = None
    """Last day of publication, inclusive."""
    after: Cursor | None = None
    """Only records written after this position."""
    with_revisions: bool = False
    """Include the earlier revisions that the index still has."""

    def bounds(self) -> tuple[str, str, int]:
        """Return the first time, the first time after the last one, and the change number to start after.

        Times are ISO 8601 texts in Beijing time, comparable with the texts in the index.

        >>> ExportQuery(date(2022, 5, 18), date(2022, 5, 18)).bounds()
        ('2022-05-18', '2022-05-19', 0)
        """
        since = self.since.isoformat() if self.since else ""
        until = (self.until + timedelta(days=1)).isoformat() if self.until and self.until < date.max else "9999-99"
        return since, until, self.after.number if self.after else 0
