"""``finews crawl channel``, the cron job: polls the rolling lists, then fetches the articles not yet archived."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from finews_crawler.archive.poll_state import PollState
from finews_crawler.config.host_hints import set_one_host
from finews_crawler.config.load import config_of
from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources import CHANNELS, hosts_of_polled_channels
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.channel_arguments import ChannelArguments
from finews_crawler.spiders.list_reader import ListReader
from finews_crawler.spiders.list_spider import ListSpider
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from finews_crawler.sources.outcome import ParsedList


def polled_by_default(hosts: Mapping[str, str]) -> list[ListSurface]:
    """Return the channels that a run polls without ``-a channels=``: those whose host is set."""
    return [channel for channel in CHANNELS.values() if channel.is_polled and hosts[channel.host_setting]]


class ChannelSpider(ListSpider):
    """Polls the channels that are due, or reads those of the arguments back to a day."""

    name = "channel"
    arguments_class = ChannelArguments
    arguments: ChannelArguments

    @classmethod
    def check_hosts(cls, arguments: ChannelArguments, settings: BaseSettings) -> None:
        hosts = config_of(settings).hosts
        polled = arguments.channels or polled_by_default(hosts)
        if not polled:
            hint = set_one_host(hosts_of_polled_channels())
            raise ArgumentError(f"no channel that is polled by default has a host: {hint}")
        super().check_hosts(dataclasses.replace(arguments, channels=tuple(polled)), settings)

    def readers(self) -> list[ListReader]:
        self.polled = PollState(config_of(self.settings).data_directory).read()
        channels = list(self.arguments.channels) or self.channels_by_default()
        self.run_info.channels_due = tuple(channel.name for channel in channels)
        return [ListReader(f"channel {channel.name}", channel, self.first_page(channel)) for channel in channels]

    def list_was_read(self, reader: ListReader, found: ParsedList) -> None:
        name, times = reader.channel.name, [article.published_at for article in found.articles]
        self.run_info.channels_read.setdefault(name, self.requested_at)
        self.run_info.note_rows(name, times, clock.now())

    def list_was_not_read(self, reader: ListReader) -> None:
        # Also if a further page failed: the next poll reads back to the last complete one.
        self.run_info.channels_read.pop(reader.channel.name, None)

    def polled_at(self, reader: ListReader) -> datetime | None:
        return self.polled.get(reader.channel.name)

    def channels_by_default(self) -> list[ListSurface]:
        """Return the channels of a run without ``-a channels=``: a poll's that are due, or all for a backfill."""
        channels = self.recorded_channels() or polled_by_default(config_of(self.settings).hosts)
        return channels if self.arguments.is_backfill else self.due(channels)

    def due(self, channels: list[ListSurface]) -> list[ListSurface]:
        """Return those of *channels* that are due by FINEWS_CHANNEL_MINUTES, and log the others."""
        minutes = config_of(self.settings).channel_minutes
        intervals = {channel.name: minutes[channel.name] for channel in channels if channel.name in minutes}
        now = clock.now()
        waiting = {
            name: self.polled[name] + interval
            for name, interval in intervals.items()
            if name in self.polled and not is_due(self.polled[name], interval, now)
        }
        if waiting:
            names = ", ".join(f"{name} until {at:%Y-%m-%d %H:%M}" for name, at in waiting.items())
            what = "not due" if len(waiting) < len(channels) else "no channel is due"
            self.logger.info("%s: %s (FINEWS_CHANNEL_MINUTES; -a channels=… polls all the same)", what, names)
        return [channel for channel in channels if channel.name not in waiting]

    def recorded_channels(self) -> list[ListSurface]:
        """Return the channels that the recorded run of a replay polled by default; none in a crawl."""
        if self.recorded is None:
            return []
        urls = {
            channel.url("", self.arguments.count, self.first_page(channel)): channel for channel in CHANNELS.values()
        }
        return [urls[url] for url in self.recorded(urls)]
