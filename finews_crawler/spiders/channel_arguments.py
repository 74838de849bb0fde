"""Arguments of ``finews crawl channel``, and of the spiders that read other lists in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finews_crawler.config.values import optional, whole_number
from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.eastmoney.channels import MAX_COUNT
from finews_crawler.sources.eastmoney_web.channels import NAMES
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.arguments import SpiderArguments, read_words, value_of
from finews_crawler.utils.nearest import did_you_mean

DEFAULT_COUNT = 100


@dataclass(frozen=True)
class ListArguments(SpiderArguments):
    """``count``: number of rows of one request. With ``since`` or ``until``, lists with pages are read back to
    ``since``, or to their end."""

    count: int = DEFAULT_COUNT

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        count = value_of(given, "count", optional(whole_number(MAX_COUNT), DEFAULT_COUNT))
        return {**super().read(given), "count": count}

    @property
    def is_backfill(self) -> bool:
        return self.since is not None or self.until is not None


@dataclass(frozen=True)
class ChannelArguments(ListArguments):
    """``channels``: names of the lists to poll, due or not."""

    EXAMPLE = "finews crawl channel -a channels=fast,columns:345 -a count=100"

    channels: tuple[ListSurface, ...] = ()
    """Empty: every channel that is polled by default and whose host is set."""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        words = [NAMES.get(word, (word,)) for word in read_words(given, "channels")]
        names = list(dict.fromkeys(name for channels in words for name in channels))
        if "channels" in given and not names:
            raise ArgumentError(f"channels is not set (known: {', '.join(CHANNELS)})")
        for name in names:
            if name not in CHANNELS:
                raise ArgumentError(unknown_channel(name))
        return {**super().read(given), "channels": tuple(CHANNELS[name] for name in names)}

    def needed_settings(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(channel.host_setting for channel in self.channels))


def unknown_channel(name: str) -> str:
    """Return an error message with the nearest names of channels, and all of them.

    >>> unknown_channel("Yaowne")[:55]
    "unknown channel 'Yaowne'; did you mean yaowen? (known: "
    """
    hint = did_you_mean(name, [*CHANNELS, *NAMES])
    others: dict[str, list[str]] = {}
    for other, channels in NAMES.items():
        for channel in channels:
            others.setdefault(channel, []).append(other)
    known = (f"{channel} ({' '.join(others[channel])})" if channel in others else channel for channel in CHANNELS)
    return f"unknown channel {name!r}{hint} (known: {', '.join(known)})"
