"""Extension that stores which channels and categories a run has polled.

When the run ends, not with each list: a run that was killed or stopped, or for which a host of articles was down, has
left articles, so its lists stay due. Otherwise they could be on further pages of the lists when the host is up again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from finews_crawler import sources
from finews_crawler.archive.poll_state import CATEGORIES, CHANNELS, PollState
from finews_crawler.config.load import config_of
from finews_crawler.content.dates import publication_day
from finews_crawler.extensions.archive import archive_of
from finews_crawler.run_info import run_info_of
from finews_crawler.stats import ExitStatus, FailureReason, count_failure, exit_status
from finews_crawler.utils.crawler import CrawlerComponent
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.log import error_line

if TYPE_CHECKING:
    from scrapy import Spider

logger = logging.getLogger(__name__)
COMPLETED = "finished"
"""Scrapy's finish reason of a run that was not stopped."""


class PollStateExtension(CrawlerComponent):
    """Stores the poll times of channels, and the categories that were read completely.

    Of the channels in FINEWS_CHANNEL_MINUTES, and of those with pages, which the next poll reads back to this one. Not
    after a run with ``until``, which has not read the newest rows, nor with a ``since`` after the last poll, which has
    not read the rows in between. Categories only after a run with exit status 0: each article that they list is
    archived then.
    """

    writes = True  # a dry run leaves it out
    live_only = True  # a replay leaves it out: the next crawl would skip channels that were polled long ago

    def spider_closed(self, spider: Spider, reason: str) -> None:
        info = run_info_of(self.crawler)
        if reason != COMPLETED or info.is_cut_short or info.has_outage:
            return
        if info.until is None:
            before = PollState(archive_of(self.crawler).directory).read()
            polled = {
                name: at for name, at in info.channels_read.items() if self.is_timed(name, info.since, before.get(name))
            }
            self.keep(CHANNELS, polled)
        if exit_status(self.crawler.stats) is ExitStatus.ALL_WELL:
            self.keep(CATEGORIES, info.categories_read)

    def is_timed(self, name: str, since: date | None, before: datetime | None) -> bool:
        """Return True for a channel whose next poll depends on the time of this one.

        *since*: first day that this run has read; *before*: time of the poll before it.
        """
        channel = sources.CHANNELS.get(name)
        if channel is None or not channel.has_pages:
            return name in config_of(self.crawler.settings).channel_minutes
        return since is None or before is None or since <= publication_day(before)

    def keep(self, file: str, read: Mapping[str, datetime]) -> None:
        if not read:
            return
        state = PollState(archive_of(self.crawler).directory, file)
        try:
            state.put(read)
        except OSError as error:
            count_failure(self.crawler.stats, FailureReason.NOT_WRITABLE)
            message = "%s could not be written (%s), so these lists stay due: %s"
            error_line(logger, message, state.path, error, hint_for(error))
