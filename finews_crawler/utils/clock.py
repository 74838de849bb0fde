"""The clock. All code takes the current time from here, so that tests can set it."""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.utils.timezone import BEIJING


def now() -> datetime:
    """Return the current time in Beijing, in whole seconds."""
    return datetime.now(tz=BEIJING).replace(microsecond=0)


SLACK = timedelta(minutes=1)


def is_due(polled_at: datetime | None, interval: timedelta, now: datetime) -> bool:
    """Return True if a channel that was last polled at *polled_at* is due again.

    Cron starts some seconds early or late. Compared exactly, an interval of 30 minutes would skip every other run of a
    line ``*/30``; so a channel is due a tenth of its interval early, at most a minute.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> at = [datetime(2022, 5, 18, 10, *time, tzinfo=BEIJING) for time in ((0, 3), (29, 2), (30, 1))]
    >>> [is_due(at[0], timedelta(minutes=30), now) for now in at]
    [False, False, True]
    """
    if polled_at is None or polled_at > now:  # in the future after the clock was set back
        return True
    return now - polled_at >= interval - min(interval / 10, SLACK)
