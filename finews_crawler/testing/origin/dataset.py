"""Published articles at one time, by channel and by key, and responses that were recorded byte for byte."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from aiohttp import web

from finews_crawler.testing.origin.archive_site import Archive
from finews_crawler.testing.origin.articles import OriginArticle
from finews_crawler.testing.origin.channel_api import by_channel
from finews_crawler.testing.origin.json_encoding import to_json
from finews_crawler.testing.origin.share_site import EMPTY_BODIES, news_text
from finews_crawler.testing.origin.timestamps import SHOWTIME
from finews_crawler.testing.origin.web_lists import WebLists
from finews_crawler.utils.timezone import BEIJING

Clock = Callable[[], datetime]


def clock_from(begin: datetime) -> Clock:
    """Return a clock that starts at *begin* now."""
    started = time.monotonic()
    return lambda: begin + timedelta(seconds=time.monotonic() - started)


class Published:
    """Articles of which a clock publishes more and more; without a *clock*, all are published.

    Recorded articles come first, whatever their dates: the list is not sorted.
    """

    def __init__(
        self, articles: Sequence[OriginArticle], recorded: Mapping[str, bytes], clock: Clock | None = None
    ) -> None:
        self.articles, self.recorded, self.clock = articles, recorded, clock
        self._dataset = Dataset((), {})

    @property
    def dataset(self) -> Dataset:
        """The articles that are published now; a new object whenever their number changes.

        >>> from finews_crawler.testing.origin.articles import generate
        >>> noon = datetime(2022, 5, 26, 12, tzinfo=BEIJING)
        >>> published = Published(generate(300, seed=1), {}, lambda: noon)
        >>> published.dataset.articles[0].showtime, published.dataset is published.dataset
        ('2022-05-26 11:56:31', True)
        """
        articles = self.articles
        if self.clock:
            now = self.clock().astimezone(BEIJING).strftime(SHOWTIME)
            articles = [article for article in articles if article.showtime <= now]
        if len(articles) != len(self._dataset.articles):
            self._dataset = Dataset(articles, self.recorded)
        return self._dataset


class Dataset:
    """*articles* newest first; *recorded* maps an infoCode to the bytes of its GetNewsText response."""

    def __init__(self, articles: Iterable[OriginArticle], recorded: Mapping[str, bytes]) -> None:
        self.articles = list(articles)
        self.recorded = recorded
        self.by_code = {article.info_code: article for article in self.articles}
        self.rendered: dict[str, bytes] = {}
        """Cached responses that are expensive to render: lists, the home page, category pages."""

    @cached_property
    def shelves(self) -> dict[str, list[OriginArticle]]:
        return by_channel(self.articles)

    @cached_property
    def web_lists(self) -> WebLists:
        return WebLists(self.articles)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.articles)

    def news_text(self, info_code: str) -> bytes:
        if info_code in self.recorded:
            return self.recorded[info_code]
        article = self.by_code.get(info_code)
        return news_text(article) if article else to_json(EMPTY_BODIES)


PUBLISHED: web.AppKey[Published] = web.AppKey("published", Published)


def dataset_of(request: web.Request) -> Dataset:
    return request.app[PUBLISHED].dataset
