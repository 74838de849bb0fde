"""Which records an export holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from finews_crawler.archive.cursor import Cursor


@dataclass(frozen=True)
class ExportQuery:
    """All that is held, but for what this leaves out."""

    since: date | None = None
    """Published on this day in Beijing, or later."""
    until: date | None = None
    """On this day or earlier."""
    after: Cursor | None = None
    """New or changed since."""
    with_revisions: bool = False
    """Also the earlier revisions that the index keeps."""

    def bounds(self) -> tuple[str, str, int]:
        """The first moment, the one after the last (ISO 8601, in Beijing, as the index keeps them), and the number.

        >>> ExportQuery(date(2022, 5, 18), date(2022, 5, 18)).bounds()
        ('2022-05-18', '2022-05-19', 0)
        """
        since = self.since.isoformat() if self.since else ""
        until = (self.until + timedelta(days=1)).isoformat() if self.until and self.until < date.max else "9999-99"
        return since, until, self.after.number if self.after else 0
