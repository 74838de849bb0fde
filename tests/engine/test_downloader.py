"""`engine.downloader`: a cancelled request leaves the queue and the places of its slot to the others."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from finews_crawler.engine.downloader import DirectDownloader
from finews_crawler.politeness.downloader_slots import fail_queued

SETTINGS = {"CONCURRENT_REQUESTS_PER_DOMAIN": 1, "DOWNLOAD_DELAY": 0, "DOWNLOADER_MIDDLEWARES_BASE": {}}
Cancelling = Callable[[DirectDownloader, asyncio.Event, list["asyncio.Task[Response | Request]"]], Awaitable[None]]


async def in_the_queue(_: DirectDownloader, __: asyncio.Event, tasks: list[asyncio.Task[Response | Request]]) -> None:
    tasks[1].cancel()
    await asyncio.sleep(0)


async def and_failed(
    downloader: DirectDownloader, _: asyncio.Event, tasks: list[asyncio.Task[Response | Request]]
) -> None:
    tasks[1].cancel()
    fail_queued(slot_of(downloader), lambda request: OSError() if request.url.endswith("1") else None)


async def with_its_turn(
    downloader: DirectDownloader, downloaded: asyncio.Event, tasks: list[asyncio.Task[Response | Request]]
) -> None:
    downloaded.set()
    while not tasks[0].done():
        await asyncio.sleep(0)
        if len(slot_of(downloader).queue) == 1:
            tasks[1].cancel()
            break


def slot_of(downloader: DirectDownloader) -> Slot:
    return downloader.slots["a.test"]


@pytest.mark.parametrize("cancelling", [in_the_queue, and_failed, with_its_turn])
def test_other_requests_of_a_slot_are_sent_after_one_was_cancelled(cancelling: Cancelling) -> None:
    async def crawl() -> tuple[list[str], Slot]:
        downloader = DirectDownloader(get_crawler(settings_dict=SETTINGS))
        downloaded, sent = asyncio.Event(), []

        async def download(request: Request) -> Response:
            sent.append(request.url[-1])
            await downloaded.wait()
            return Response(request.url)

        downloader.handlers = SimpleNamespace(download_request_async=download)  # type: ignore[assignment]
        fetches = [downloader.fetch_async(Request(f"http://a.test/{number}")) for number in range(3)]
        tasks = [asyncio.ensure_future(fetch) for fetch in fetches]
        await asyncio.sleep(0)
        await cancelling(downloader, downloaded, tasks)
        downloaded.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        assert [task.cancelled() for task in tasks] == [False, True, False]
        slot = slot_of(downloader)
        downloader.close()
        return sent, slot

    sent, slot = asyncio.run(crawl())
    assert sent == ["0", "2"]
    assert not slot.active
    assert not slot.transferring
    assert not slot.queue
