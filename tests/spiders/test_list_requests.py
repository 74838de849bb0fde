"""`spiders.list_requests`: a list whose parser has a bug."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from scrapy.http import Response

from finews_crawler.run_info import RunInfo
from finews_crawler.sources import CHANNELS
from finews_crawler.sources.outcome import ParsedList
from finews_crawler.sources.source import ListSurface
from finews_crawler.spiders.channel import ChannelSpider
from finews_crawler.spiders.list_reader import ListReader
from finews_crawler.utils import clock


def broken_parser(body: bytes, channel: ListSurface) -> ParsedList:
    raise LookupError("a bug")


def test_a_list_whose_parser_raises_does_not_stop_the_run() -> None:
    """The run waits for all lists of a round: one that is never done would keep it waiting for ever."""
    spider, channel = ChannelSpider(), dataclasses.replace(CHANNELS["fast"], parse=broken_parser)
    reader = ListReader("channel fast", channel)
    spider.run_info = RunInfo(channels_read={"fast": clock.now()})
    spider.lists_to_come, spider.lists_read = 1, asyncio.Event()
    with pytest.raises(LookupError):
        list(spider.parse_list(Response("http://127.0.0.1/"), reader))
    assert spider.lists_read.is_set()
    assert (reader.has_more, reader.has_failed) == (False, True)
    assert not spider.run_info.channels_read
