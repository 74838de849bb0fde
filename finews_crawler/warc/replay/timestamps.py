"""What a replay finds was seen when its answer was recorded, not today: a back-test sees only what was known then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from finews_crawler.items import Article, Rejection
from finews_crawler.warc.replay.session import SEEN_AT, replay_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from typing_extensions import Self


class ReplayedMoments:
    """As a spider middleware it dates what an answer gave; as the first pipeline the rest, such as a copy that stands
    in for an article that was not had: by the last answer before."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_spider_output(self, response: Response, result: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for found in result:
            if isinstance(found, (Article, Rejection)):
                found.seen_at = response.meta.get(SEEN_AT)
            yield found

    def process_item(self, item: Article | Rejection) -> Article | Rejection:
        item.seen_at = item.seen_at or replay_of(self.crawler).moment
        return item
