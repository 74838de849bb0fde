"""Incidents of a simulated upstream, each with the alert that it has to raise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.timestamps import SHOWTIME

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Incident:
    """A failure of upstream from *begins* to *ends*."""

    begins: datetime
    ends: datetime
    alert: str
    faults: tuple[str, ...] = ()
    """Faults of the origin."""
    silent: frozenset[str] = frozenset()
    """Channels without new articles. Not a fault: their lists are served as before."""

    def hide_articles(self, articles: Sequence[OriginArticle]) -> list[OriginArticle]:
        """Remove the articles of this time from the lists of the silent channels."""
        begins, ends = self.begins.strftime(SHOWTIME), self.ends.strftime(SHOWTIME)
        return [
            replace(article, channels=article.channels - self.silent) if begins <= article.showtime < ends else article
            for article in articles
        ]


def dead_channels(begins: datetime, days: int, *names: str) -> Incident:
    """Return days without new articles in some channels; ``media`` must be one: only it is busy enough to alert."""
    return Incident(begins, begins + days * ONE_DAY, "quiet:media", silent=frozenset(names))


def soft_ban(begins: datetime) -> Incident:
    """Return a day on which every article is an empty response with status 200."""
    return Incident(begins, begins + ONE_DAY, "blocked", faults=("soft-ban",))


def changed_shape(begins: datetime) -> Incident:
    """Return a day on which a key of the lists is renamed."""
    return Incident(begins, begins + ONE_DAY, "changed_shape", faults=("changed-shape",))


Phase = tuple[datetime, datetime, "Incident | None"]
"""A time in which upstream does not change."""


def phases(begins: datetime, ends: datetime, incidents: Sequence[Incident]) -> Iterator[Phase]:
    """Split the time from *begins* to *ends* into phases with and without an incident."""
    for incident in incidents:
        yield begins, incident.begins, None
        yield incident.begins, incident.ends, incident
        begins = incident.ends
    yield begins, ends, None
