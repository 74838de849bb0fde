"""Search for the body of one article: its surfaces in their order, and the responses so far."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from finews_crawler.items import Article, Rejection
from finews_crawler.sources.source import ArticleSurface


class BodySearch(NamedTuple):
    """One step of a search: the next surface is requested only if this one does not have the article, or cannot say.

    A search ends with one outcome, whose reason names every surface requested.
    """

    known: Article
    """What the lists gave."""
    surfaces: tuple[ArticleSurface, ...]
    """The surface of this step, and those after it."""
    answered: tuple[str, ...] = ()
    """Reasons of the surfaces before it."""
    rejection: Rejection | None = None
    """The last response before it, None if there was none."""
    is_lost: bool = True
    """True if each surface before it has lost the article, as far as is known."""
    repeats: int = 0
    """Times that this step was repeated, since the response was cut off."""

    @property
    def surface(self) -> ArticleSurface:
        return self.surfaces[0]

    @property
    def has_next(self) -> bool:
        return len(self.surfaces) > 1

    def next(self, reason: str, rejection: Rejection | None, *, is_lost: bool) -> BodySearch:
        """Return the step after this one; *rejection*: the response, None without a response."""
        return BodySearch(
            self.known,
            self.surfaces[1:],
            (*self.answered, f"{self.surface.name}: {reason}"),
            rejection or self.rejection,
            self.is_lost and is_lost,
        )

    def repeat(self) -> BodySearch:
        """Return this step once more."""
        return self._replace(repeats=self.repeats + 1)

    def result(self, reason: str, rejection: Rejection | None) -> Rejection | None:
        """Return the rejection of the whole search, None if no surface responded.

        >>> from finews_crawler.sources.eastmoney.news_text import SURFACE
        >>> gone = Rejection("NW202205182383638060", "missing", "no 'data'")
        >>> search = BodySearch(Article("NW202205182383638060"), (SURFACE, SURFACE))
        >>> search.next("no 'data'", gone, is_lost=True).result("HTTP status 404", None).detail
        "news_text: no 'data'; news_text: HTTP status 404"
        >>> search.result("no 'data'", gone) is gone
        True
        """
        last = rejection or self.rejection
        if last is None or not self.answered:
            return last
        return dataclasses.replace(last, detail="; ".join((*self.answered, f"{self.surface.name}: {reason}")))
