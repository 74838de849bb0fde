"""Requests for robots.txt, and the copies of earlier runs that replace one for a day (RFC 9309, 2.3 and 2.4)."""

from __future__ import annotations

import contextlib
import logging
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from finews_crawler.archive.response_cache import CachedResponse, ResponseCache
from finews_crawler.config.load import config_of
from finews_crawler.exceptions import RobotsUnreadable
from finews_crawler.politeness.download_errors import BROKEN_OFF, describe_host_failure
from finews_crawler.politeness.robots_rules import rules_in
from finews_crawler.requests import ForbiddenAddress, HostClosed
from finews_crawler.run_info import run_info_of
from finews_crawler.utils import clock

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
DONT_OBEY = "dont_obey_robotstxt"
"""Scrapy's ``meta`` key, which here marks the requests for robots.txt."""
PRIORITY = 1000
COPY_IS_VALID_FOR = timedelta(days=1)
REFRESHED_AFTER = timedelta(hours=1)
"""Age after which an unchanged copy is written again: not in every run of a cron line."""


class RobotsFetcher:
    """Downloads robots.txt through the other middlewares, which retry it and follow its redirects."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.directory = config_of(crawler.settings).data_directory
        self.copies = ResponseCache(self.directory.robots, self.directory.root)
        self.downloaded: dict[str, bytes] = {}
        """Content by URL, since the run began."""

    async def fetch(self, root: str) -> bytes:
        """Return the robots.txt of a host, or its copy of the last day; b'' if the host has none.

        Raises RobotsUnreadable, or HostClosed for a host that gets no further requests.
        """
        url = urljoin(root, "/robots.txt")
        try:
            body = await self._download(url)
        except RobotsUnreadable as error:
            copy = self._copy_of(url)
            if copy is None:
                raise
            logger.info("%s cannot be read (%s): the copy of an earlier run is used", url, error)
            self.crawler.stats.inc_value("finews/robots/copies_used")
            return copy.body
        self.downloaded[url] = body
        return body

    async def _download(self, url: str) -> bytes:
        self.crawler.stats.inc_value("robotstxt/request_count")
        request = Request(url, priority=PRIORITY, meta={DONT_OBEY: True}, callback=NO_CALLBACK)
        try:
            response = await self.crawler.engine.download_async(request)
        except HostClosed:
            raise
        except ForbiddenAddress as error:
            raise RobotsUnreadable(f"it redirects: {error}") from error
        except IgnoreRequest as error:
            raise RobotsUnreadable(str(error)) from error
        except Exception as error:
            silent = describe_host_failure(error)
            damage = "the response broke off" if isinstance(error, BROKEN_OFF) else f"{type(error).__name__}: {error}"
            raise RobotsUnreadable(silent or damage, is_silent=silent is not None) from error
        self.crawler.stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        return rules_in(response.status, response.body)

    def _copy_of(self, url: str, longest: timedelta = COPY_IS_VALID_FOR) -> CachedResponse | None:
        try:
            return self.copies.get(url, clock.now(), longest)
        except OSError:
            return None

    def keep_copies(self) -> None:
        """Store what was downloaded, at the end of a run. A run that archives nothing leaves no data directory."""
        if run_info_of(self.crawler).dry_run or not self.directory.posts.is_dir():
            return
        for url, body in self.downloaded.items():
            copy = self._copy_of(url, REFRESHED_AFTER)
            if copy is None or copy.body != body:
                with contextlib.suppress(OSError):  # the cache of lists, in the same place, reports it
                    self.copies.put(CachedResponse(url, 200, (), body))
