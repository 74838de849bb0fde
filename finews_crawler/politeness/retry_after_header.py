"""The Retry-After header. Source of the rule: RFC 9110, section 10.2.3."""

from __future__ import annotations

from datetime import datetime, timezone
from email.utils import parsedate_to_datetime


def retry_after(header: str, now: datetime) -> float | None:
    """The seconds that a server asks to wait, from *now*; None for a header that says nothing that can be meant.

    >>> now = datetime(2022, 5, 18, 8, 0, 0, tzinfo=timezone.utc)
    >>> retry_after("120", now), retry_after("Wed, 18 May 2022 08:00:05 GMT", now), retry_after("soon", now)
    (120.0, 5.0, None)
    >>> retry_after("Wed, 18 May 2022 07:00:00 GMT", now)
    0.0
    """
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):  # TypeError: Python 3.10, for what is no date at all
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return max(0.0, (aware - now).total_seconds())
