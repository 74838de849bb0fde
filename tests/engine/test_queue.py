"""`engine.queue`: requests leave it as they leave Scrapy's queue, whose folders it has with JOBDIR."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.pqueues import DownloaderAwarePriorityQueue
from scrapy.squeues import FifoMemoryQueue, LifoMemoryQueue, PickleFifoDiskQueue, PickleLifoDiskQueue
from scrapy.utils.test import get_crawler

from finews_crawler.engine.queue import DirectQueue

IN_MEMORY, ON_DISK = (LifoMemoryQueue, FifoMemoryQueue), (PickleLifoDiskQueue, PickleFifoDiskQueue)
URLS = ("http://b.test/1", "http://a.test/2", "http://a.test/3", "http://b.test/4", "http://c.test/5")


@pytest.mark.parametrize(("classes", "folder"), [(IN_MEMORY, ""), (ON_DISK, "queue")], ids=["in memory", "on disk"])
def test_order_and_folders_are_those_of_scrapys_queue(
    classes: tuple[type, type], folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    urls, files = passed_through(DownloaderAwarePriorityQueue, classes, folder)
    assert passed_through(DirectQueue, classes, folder) == (urls, files)
    assert len(urls) == len(URLS)
    assert bool(files) is bool(folder)


def passed_through(
    queue_class: type[DownloaderAwarePriorityQueue], classes: tuple[Any, Any], folder: str
) -> tuple[list[str], list[str]]:
    """Return the URLs in the order in which they leave a queue, and the files of the full queue."""
    crawler = get_crawler()
    crawler.spider = crawler._create_spider("news")
    crawler.engine = SimpleNamespace(downloader=Downloader(crawler))  # type: ignore[assignment]
    queue = queue_class.from_crawler(crawler, classes[0], folder, start_queue_cls=classes[1])
    for number, url in enumerate(URLS):
        queue.push(Request(url, meta={"is_start_request": number % 2 == 0}))
    files = sorted(map(str, Path().rglob("*")))
    urls = []
    while request := queue.pop():
        urls.append(request.url)
    queue.close()
    crawler.engine.downloader.close()
    return urls, files
