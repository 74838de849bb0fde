"""`engine`: the private parts of Scrapy that it replaces or calls are those that it was written for.

If one has changed, compare it with its replacement before its hash is corrected here.
"""

from __future__ import annotations

import inspect
from hashlib import blake2b
from typing import Any

import pytest
from pydispatch import dispatcher
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.downloader.middleware import DownloaderMiddlewareManager
from scrapy.core.engine import ExecutionEngine, _Slot
from scrapy.core.scraper import Scraper, Slot
from scrapy.core.spidermw import SpiderMiddlewareManager
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.defaultheaders import DefaultHeadersMiddleware
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.stats import DownloaderStats
from scrapy.downloadermiddlewares.useragent import UserAgentMiddleware
from scrapy.http import Headers
from scrapy.pipelines import ItemPipelineManager
from scrapy.pqueues import DownloaderAwarePriorityQueue
from scrapy.spidermiddlewares.base import BaseSpiderMiddleware
from scrapy.spidermiddlewares.httperror import HttpErrorMiddleware
from scrapy.statscollectors import StatsCollector
from scrapy.utils.asyncio import _parallel_asyncio
from scrapy.utils.reactor import CallLaterOnce
from scrapy.utils.request import request_httprepr
from scrapy.utils.signal import _send_catch_log_asyncio, send_catch_log

PARTS: dict[Any, str] = {
    _Slot: "6ca4ff14",
    ExecutionEngine._start_scheduled_request: "e9825a81",
    ExecutionEngine._handle_downloader_output: "ac975dae",
    ExecutionEngine._download: "74e58ea7",
    ExecutionEngine._remove_request: "5e249313",
    ExecutionEngine.open_spider_async: "5d1e0a7d",
    CallLaterOnce: "2a5fe372",
    Crawler.__init__: "fba795e4",
    Crawler._create_engine: "e73f464f",
    Slot: "4e99b4ef",
    Scraper: "04f46e53",
    SpiderMiddlewareManager.scrape_response_async: "4d013a39",
    SpiderMiddlewareManager._process_spider_input: "03d8a281",
    SpiderMiddlewareManager._process_callback_output: "85b6971c",
    SpiderMiddlewareManager._process_spider_output: "3aa74333",
    SpiderMiddlewareManager._process_spider_exception: "0b71a326",
    Request._set_url: "8c657aed",
    DownloaderAwarePriorityQueue.__init__: "190e0e74",
    DownloaderAwarePriorityQueue.pqfactory: "ec685f68",
    BaseSpiderMiddleware: "bad1685e",
    HttpErrorMiddleware: "d954273c",
    _parallel_asyncio: "d972b0e3",
    Downloader: "42c6d38e",
    DownloaderMiddlewareManager: "9ae5f461",
    ItemPipelineManager.process_item_async: "654e5e7b",
    StatsCollector.__getattribute__: "3b43b487",
    send_catch_log: "8897aa9a",
    _send_catch_log_asyncio: "0a49c66a",
    dispatcher.getAllReceivers: "1db19532",
    Headers: "12aa4523",
    DefaultHeadersMiddleware.process_request: "acc9d94c",
    UserAgentMiddleware.process_request: "7217fa51",
    HttpCompressionMiddleware.process_request: "ee3d33aa",
    DownloaderStats: "3210d158",
    request_httprepr: "b92bf6a8",
}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__qualname__)
def test_a_private_part_is_unchanged(part: Any) -> None:
    assert blake2b(inspect.getsource(part).encode(), digest_size=4).hexdigest() == PARTS[part]
