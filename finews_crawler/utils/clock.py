"""The one clock: everything that needs the current moment takes it from here, so tests can pass their own."""

from __future__ import annotations

from datetime import datetime

from finews_crawler.content.dates import BEIJING


def now() -> datetime:
    """The current moment, aware, in Beijing time, whole seconds."""
    return datetime.now(tz=BEIJING).replace(microsecond=0)
