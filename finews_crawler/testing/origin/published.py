"""What is out by the origin's clock: of all its articles, those published so far."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from finews_crawler.content.dates import BEIJING
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.dataset import Holdings
from finews_crawler.testing.origin.timestamps import SHOWTIME

Clock = Callable[[], datetime]


def clock_from(begin: datetime) -> Clock:
    """A clock that shows *begin* now, and goes on from there."""
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - started)


class Published:
    """*articles* newest first; without a *clock* all of them are out."""

    def __init__(
        self, articles: Sequence[OriginArticle], recorded: Mapping[str, bytes], clock: Clock | None = None
    ) -> None:
        self.articles, self.recorded, self.clock = articles, recorded, clock
        self._holdings = Holdings((), {})

    @property
    def holdings(self) -> Holdings:
        """What is out now, made anew whenever it has become more or less.

        >>> from finews_crawler.testing.origin.articles import generate
        >>> noon = datetime(2022, 5, 26, 12, tzinfo=BEIJING)
        >>> published = Published(generate(300, seed=1), {}, lambda: noon)
        >>> published.holdings.articles[0].showtime, published.holdings is published.holdings
        ('2022-05-26 11:56:31', True)
        """
        out = len(self.articles) if self.clock is None else self._number_out(self.clock())
        if out != len(self._holdings.articles):
            self._holdings = Holdings(self.articles[len(self.articles) - out :], self.recorded)
        return self._holdings

    def _number_out(self, now: datetime) -> int:
        return bisect_left(self._showtimes, now.astimezone(BEIJING).strftime(SHOWTIME) + "\0")

    @cached_property
    def _showtimes(self) -> list[str]:
        return [article.showtime for article in reversed(self.articles)]
