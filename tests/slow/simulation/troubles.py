"""What befalls an upstream in simulated weeks, and what has to be noticed of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.timestamps import SHOWTIME

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Trouble:
    """From *begins* to *ends* upstream is not well."""

    begins: datetime
    ends: datetime
    alarm: str
    """The one that has to be raised, by its name."""
    faults: tuple[str, ...] = ()
    """Of the origin."""
    silent: frozenset[str] = frozenset()
    """Channels that tell of nothing new: no fault, they answer as ever."""

    def has(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends

    def heard(self, articles: Sequence[OriginArticle]) -> list[OriginArticle]:
        """The same articles; those that come out meanwhile are not told of by the silent channels."""
        begins, ends = self.begins.strftime(SHOWTIME), self.ends.strftime(SHOWTIME)
        return [
            replace(article, channels=article.channels - self.silent) if begins <= article.showtime < ends else article
            for article in articles
        ]


def dead_channels(begins: datetime, days: int, *names: str) -> Trouble:
    """For some days these say what they said before; ``media``, from which most articles come, is to be among them."""
    return Trouble(begins, begins + days * ONE_DAY, "quiet:media", silent=frozenset(names))


def soft_ban(begins: datetime) -> Trouble:
    """For a day every article is answered by 200 and nothing."""
    return Trouble(begins, begins + ONE_DAY, "blocked", faults=("soft-ban",))


def changed_shape(begins: datetime) -> Trouble:
    """For a day the lists' key has another name."""
    return Trouble(begins, begins + ONE_DAY, "changed_shape", faults=("changed-shape",))


Stretch = tuple[datetime, datetime, "Trouble | None"]
"""Time in which upstream stays as it is."""


def stretches(begins: datetime, ends: datetime, troubles: Sequence[Trouble]) -> Iterator[Stretch]:
    """The time from *begins* to *ends* in order: without trouble and with it."""
    for trouble in troubles:
        yield begins, trouble.begins, None
        yield trouble.begins, trouble.ends, trouble
        begins = trouble.ends
    yield begins, ends, None
