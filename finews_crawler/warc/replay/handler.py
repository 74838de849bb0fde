"""The download handler of a replay: it answers from the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler

from finews_crawler.warc.replay.session import replay_of

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class ReplayHandler(BaseDownloadHandler):
    """Opens no socket."""

    async def download_request(self, request: Request) -> Response:
        return await replay_of(self.crawler).answer(request)
