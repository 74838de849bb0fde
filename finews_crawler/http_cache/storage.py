"""Storage of Scrapy's HTTP cache: lists in ``cache/`` of the data directory, with their headers as JSON."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from finews_crawler.archive.response_cache import KEPT_FOR, CachedResponse, ResponseCache
from finews_crawler.config.load import config_of
from finews_crawler.run_info import run_info_of
from finews_crawler.utils import clock
from finews_crawler.utils.error_hints import hint_for

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

MAX_AGE = "list_max_age"
"""``meta`` key: a timedelta after which a list is requested without conditions, in case its validators are wrong."""
KEPT_HEADERS = ("Content-Type", "Content-Encoding", "ETag", "Last-Modified")
"""Headers that are needed to decode the body and to revalidate it."""


class ListCacheStorage:
    """Scrapy's cache storage interface for ``cache/``. An error of the disk costs traffic and does not end the run."""

    def __init__(self, settings: BaseSettings) -> None:
        directory = config_of(settings).data_directory
        self.cache = ResponseCache(directory.cache, directory.root)
        self.met: set[str] = set()
        self.is_reported = False

    def open_spider(self, spider: Spider) -> None:
        """Read ``-a refetch=1``, which ignores cached lists too: it replaces everything that may be wrong here."""
        self.is_refetch = run_info_of(spider.crawler).refetch

    def close_spider(self, spider: Spider) -> None:
        with self._tolerating():
            self.cache.drop_old(clock.now())

    def retrieve_response(self, spider: Spider, request: Request) -> Response | None:
        longest: timedelta = request.meta.get(MAX_AGE, KEPT_FOR)
        with self._tolerating():
            cached = None if self.is_refetch else self.cache.get(request.url, clock.now(), longest)
            if cached:
                self.met.add(cached.url)
                headers = Headers()
                for name, value in cached.headers:
                    headers.appendlist(name, value.encode("latin-1"))
                response_class = responsetypes.from_args(headers=headers, url=cached.url, body=cached.body)
                return response_class(cached.url, cached.status, headers, cached.body)
        return None

    def store_response(self, spider: Spider, request: Request, response: Response) -> None:
        """Store a list. After a 304 the stored file keeps its age, which is the age of the body."""
        if "cached" in response.flags:
            return
        self.met.add(request.url)
        headers = [(name, value.decode("latin-1")) for name in KEPT_HEADERS for value in response.headers.getlist(name)]
        with self._tolerating():
            self.cache.put(CachedResponse(request.url, response.status, tuple(headers), response.body))

    def forget_this_run(self) -> None:
        with self._tolerating():
            for url in self.met:
                self.cache.forget(url)

    @contextmanager
    def _tolerating(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not self.is_reported:
                self.is_reported = True
                message = "cannot use the list cache in %s (%s), so lists are downloaded in full: %s"
                logger.warning(message, self.cache.folder, error, hint_for(error))
