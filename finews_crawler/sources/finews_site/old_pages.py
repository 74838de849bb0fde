"""Times on the pages of the first posts, whose dates had no zone: Jekyll took them for UTC, eight hours too late.

Source of the rule: the posts of 2021-12-08 in the original archive, the only ones without a zone. Those with a footer
of relative links (``../emnews/``, ``./emnews/``) never had a zone. Those without a footer were written until noon, with
a zone or without one. A footer with a host and a date without zone occur together, too, but their pages do not differ
from those of posts with a zone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from finews_crawler.content.dates import publication_day

TOO_LATE = timedelta(hours=8)
# No post without a footer was written after this hour, so a later time is a time of the morning.
FIRST_IMPOSSIBLE_HOUR = 16


def correct_time(shown_at: datetime, info_code: str, footer_url: str | None) -> datetime:
    """Return the time of a rolling post from the time that a page of the original site shows.

    *footer_url*: target of the footer's first link; None for a post without a footer.

    >>> from finews_crawler.content.dates import parse_published_at
    >>> shown_at = parse_published_at("2021-12-08 18:46:18")
    >>> correct_time(shown_at, "NW202112082206672930", "../emnews/").isoformat()
    '2021-12-08T10:46:18+08:00'
    >>> correct_time(shown_at, "NW202112082206672930", "//finews.withounder.com/emnews/") == shown_at
    True
    """
    corrected = shown_at - TOO_LATE
    # The infoCode has the day on which the article was made: it cannot have been published before.
    if f"{publication_day(corrected):%Y%m%d}" != info_code[2:10]:
        return shown_at
    if footer_url is None:
        is_late = shown_at.hour >= FIRST_IMPOSSIBLE_HOUR or publication_day(shown_at) != publication_day(corrected)
    else:
        is_late = footer_url.startswith(".")
    return corrected if is_late else shown_at
