"""``scrapy crawl channel``, the cron job: polls the rolling lists, then fetches the articles not yet archived."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.archive.poll_state import PollState
from finews_crawler.articles.merge import merge
from finews_crawler.config.load import config_of
from finews_crawler.config.values import optional, whole_number
from finews_crawler.exceptions import ArgumentError
from finews_crawler.http_cache.storage import MAX_AGE
from finews_crawler.items import Article, Rejection
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney.channels import MAX_COUNT
from finews_crawler.sources.eastmoney_web.channels import NAMES
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.arguments import SpiderArguments, read_words, value_of
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.stats import Count
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

DEFAULT_COUNT = 100
READ_WHOLE_EVERY = timedelta(days=1)
"""Scripts generate these lists. If a validator does not change with its list, news are late by a day, and not lost."""


@dataclass(frozen=True)
class ChannelArguments(SpiderArguments):
    """``channels``: names of the lists to poll, due or not; ``count``: number of rows of each."""

    EXAMPLE = "scrapy crawl channel -a channels=rolling,media,market:37 -a count=100"

    channels: tuple[ListSurface, ...] = ()
    """Empty: every channel that is polled by default and whose host is set."""
    count: int = DEFAULT_COUNT

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        words = [NAMES.get(word, (word,)) for word in read_words(given, "channels")]
        names = list(dict.fromkeys(name for channels in words for name in channels))
        if "channels" in given and not names:
            raise ArgumentError(f"channels is not set (known: {', '.join(CHANNELS)})")
        for name in names:
            if name not in CHANNELS:
                raise ArgumentError(f"channels must be some of {', '.join(CHANNELS)}, got {name!r}")
        count = value_of(given, "count", optional(whole_number(MAX_COUNT), DEFAULT_COUNT))
        return {**super().read(given), "channels": tuple(CHANNELS[name] for name in names), "count": count}

    def needed_settings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(channel.host_setting for channel in self.channels))


def polled_by_default(hosts: Mapping[str, str]) -> list[ListSurface]:
    """Return the channels that a run polls without ``-a channels=``: those whose host is set."""
    return [channel for channel in CHANNELS.values() if channel.is_polled and hosts[channel.host_setting]]


class ChannelSpider(FinewsSpider):
    """Reads all lists before it requests an article: most articles are in several, each with other fields missing."""

    name = "channel"
    arguments_class = ChannelArguments
    arguments: ChannelArguments

    @classmethod
    def check_hosts(cls, arguments: ChannelArguments, settings: BaseSettings) -> None:
        hosts = config_of(settings).hosts
        polled = arguments.channels or polled_by_default(hosts)
        if not polled:
            names = ", ".join(dict.fromkeys(channel.host_setting for channel in CHANNELS.values()))
            raise ArgumentError(f"no channel has a host: set one of {names}")
        super().check_hosts(dataclasses.replace(arguments, channels=tuple(polled)), settings)

    async def start(self) -> AsyncIterator[Any]:
        self.listed: dict[str, Article] = {}
        self.requested_at = clock.now()
        channels = self.arguments.channels or self.due_channels()
        self.run_info.channels_due = tuple(channel.name for channel in channels)
        self.lists_to_come, hosts = len(channels), config_of(self.settings).hosts
        for channel in channels:
            yield Request(
                channel.url(hosts[channel.host_setting], self.arguments.count),
                callback=self.parse_list,
                errback=self.list_failed,
                cb_kwargs={"channel": channel},
                meta={MAX_AGE: READ_WHOLE_EVERY},
                dont_filter=True,
            )

    def due_channels(self) -> list[ListSurface]:
        """Return the channels that are due by FINEWS_CHANNEL_MINUTES, and log the others."""
        config = config_of(self.settings)
        channels = polled_by_default(config.hosts)
        polled_here = {channel.name for channel in channels}
        intervals = {name: interval for name, interval in config.channel_minutes.items() if name in polled_here}
        polled = PollState(config.data_directory).read() if intervals else {}
        waiting = {
            name: polled[name] + interval
            for name, interval in intervals.items()
            if name in polled and not is_due(polled[name], interval, self.requested_at)
        }
        if waiting:
            names = ", ".join(f"{name} until {at:%Y-%m-%d %H:%M}" for name, at in waiting.items())
            what = "not due" if len(waiting) < len(channels) else "no channel is due"
            self.logger.info("%s: %s (FINEWS_CHANNEL_MINUTES; -a channels=… polls all the same)", what, names)
        return [channel for channel in channels if channel.name not in waiting]

    def parse_list(self, response: Response, channel: ListSurface) -> Iterator[Any]:
        found = channel.parse(response.body, channel)
        self.report_list(f"channel {channel.name}", response, found)
        if found.outcome in (Outcome.ARTICLES, Outcome.NO_NEWS):
            self.run_info.channels_read[channel.name] = self.requested_at
        self.run_info.note_rows(channel.name, (article.published_at for article in found.articles), clock.now())
        for rejection in found.rejections:
            rejection.source_url = response.url
            self.count(Count.FOUND)
            yield rejection
        for article in found.articles:
            self.take(article)
        yield from self.list_done()

    def list_failed(self, failure: Failure) -> Iterator[Any]:
        self.report_list_failure(failure)
        yield from self.list_done()

    def take(self, article: Article) -> None:
        """Merge a row with the rows of the same article in other lists."""
        other = self.listed.get(article.info_code)
        self.count(Count.FOUND)
        self.run_info.mentioned.add(article.info_code)
        if other is None:
            self.listed[article.info_code] = article
            return
        self.count(Count.MERGED)
        # Of two rows from one list the first one is newer and must prevail, so it is merged last.
        joined = merge(article, other)
        joined.listing_hash = "+".join(sorted({*other.listing_hash.split("+"), article.listing_hash}))
        self.listed[article.info_code] = joined

    def list_done(self) -> Iterator[Request | Rejection]:
        """After the last list, request the articles, newest first."""
        self.lists_to_come -= 1
        if self.lists_to_come:
            return
        for article in self.listed.values():
            if self.arguments.covers_moment(article.published_at):
                yield self.article_request(article, listed=True)
            else:
                self.count(Count.SKIPPED)
