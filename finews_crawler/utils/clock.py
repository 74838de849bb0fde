"""The one clock: everything that needs the current moment takes it from here, so tests can pass their own."""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.utils.timezone import BEIJING


def now() -> datetime:
    """The current moment, aware, in Beijing time, whole seconds."""
    return datetime.now(tz=BEIJING).replace(microsecond=0)


SLACK = timedelta(minutes=1)


def is_due(asked_at: datetime | None, between: timedelta, now: datetime) -> bool:
    """Whether a channel last asked at *asked_at* is due.

    A cron line for every 30 minutes starts some seconds early or late: by the second, 30 would skip every other run. So
    a tenth of the time, at most a minute, is let off.

    >>> from finews_crawler.utils.timezone import BEIJING
    >>> at = [datetime(2022, 5, 18, 10, *time, tzinfo=BEIJING) for time in ((0, 3), (29, 2), (30, 1))]
    >>> [is_due(at[0], timedelta(minutes=30), now) for now in at]
    [False, False, True]
    """
    if asked_at is None or asked_at > now:  # the clock was set back: not to wait until it has caught up
        return True
    return now - asked_at >= between - min(between / 10, SLACK)
