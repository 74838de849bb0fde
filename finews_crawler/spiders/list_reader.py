"""Position of a run in one list: its next page, how far back it has been read, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from finews_crawler.content.dates import publication_day
from finews_crawler.sources.outcome import Outcome
from finews_crawler.utils.compact_set import CompactSet

if TYPE_CHECKING:
    from finews_crawler.items import Article
    from finews_crawler.sources.outcome import ParsedList
    from finews_crawler.sources.source import ListSurface

LAST_ROWS = 3
"""The newest of the last rows of a page is how far it reaches: a single row may have a wrong time, or be pinned."""
MOST_WITHOUT_TIMES = 3
"""Pages in a row without any time after which a list ends: without times, nothing else would end a backfill."""


@dataclass
class ListReader:
    """Reads a list from newer to older rows, page by page."""

    label: str
    """Name of the list in log lines: ``channel fast``."""
    channel: ListSurface
    page: str | None = None
    """``{page}`` of the next request; None for the newest rows."""
    pages_read: int = 0
    reached: datetime | None = None
    """Time of the oldest rows so far; None before the first row with a time."""
    has_more: bool = True
    """False after the last page, or a page that could not be read."""
    has_failed: bool = False
    repeats: int = 0
    """Times that the page was requested again."""
    pages_without_times: int = 0
    """Of the last pages in a row."""
    rows: list[Article] = field(default_factory=list, repr=False)
    """Of the last page, until they are merged with those of other lists."""
    _codes: CompactSet = field(default_factory=CompactSet, repr=False)
    """All infoCodes so far."""

    def take(self, found: ParsedList) -> None:
        """Move on to the page after *found*, the response for ``page``.

        The list ends without a next page, with a cursor that does not advance, or with a page without new rows: some
        lists repeat their last window for ever, and others could begin again.
        """
        codes = {article.info_code for article in found.articles}
        times = [article.published_at for article in found.articles if article.published_at]
        self.pages_without_times = self.pages_without_times + 1 if codes and not times else 0
        self.reached = max(times[-LAST_ROWS:], default=self.reached)
        following = self.channel.page_after(self.page or self.channel.first_page, found) if self.is_paged else ""
        is_past_times = self.pages_without_times >= MOST_WITHOUT_TIMES
        has_new = any(code not in self._codes for code in codes)
        self.has_more = bool(following) and has_new and not is_past_times
        self.page, self.rows = following, found.articles
        for code in codes:
            self._codes.add(code)
        self.pages_read += 1
        self.has_failed = found.outcome not in (Outcome.ARTICLES, Outcome.NO_NEWS)

    def fail(self) -> None:
        self.has_more, self.has_failed = False, True

    @property
    def is_paged(self) -> bool:
        return self.channel.has_pages

    @property
    def day_reached(self) -> date | None:
        """The day in Beijing down to which, but for its oldest part, the list has been read."""
        return publication_day(self.reached) if self.reached else None

    def must_go_on(self, day: date) -> bool:
        """Return True if rows of *day* may be on further pages."""
        return self.has_more and (self.day_reached is None or self.day_reached >= day)

    @property
    def lacks_times(self) -> bool:
        """True if its rows give no times, by which days could be distinguished."""
        return self.pages_without_times >= (1 if self.reached is None else MOST_WITHOUT_TIMES)

    def ends_after(self, since: date) -> bool:
        """Return True if the list ended before it came to a row older than *since*."""
        return not (self.has_more or self.has_failed) and self.day_reached is not None and self.day_reached >= since


def next_day(readers: list[ListReader], listed: list[date], since: date | None) -> date | None:
    """Return the newest day that is not complete yet, None when there is no further one.

    *listed*: days of the rows that have not been requested.
    """
    reached = [reader.day_reached for reader in readers if reader.has_more]
    days = [day for day in (*reached, *listed) if day is not None and (since is None or day >= since)]
    return max(days, default=None)
