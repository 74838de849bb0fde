"""``finews crawl share``: articles by infoCode, by the URL of a page of theirs, or by a list of both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from scrapy import Request

from finews_crawler.config.load import config_of
from finews_crawler.exceptions import ArgumentError
from finews_crawler.extensions.archive import archive_of
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.allowlist import Allowlist
from finews_crawler.requests import RequestSkipped
from finews_crawler.sources import SOURCES, article_surfaces
from finews_crawler.sources.eastmoney.share_page import parse_share_page
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.share_arguments import ShareArguments
from finews_crawler.stats import Count

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

ANNOUNCED_AT_ONCE = 10_000
"""Articles: all of a file would be kept in memory until the end of the crawl."""
OTHER_KINDS = {"AN": "a notice", "AP": "a research report"}


def check_share_site(url: str, share_site: str) -> None:
    """Raise ArgumentError if the page at *url*, which has no infoCode, is not on the share site."""
    if not share_site:
        known = "https://finance.eastmoney.com/a/<18 digits>.html"
        raise ArgumentError(
            f"url must have an infoCode, such as {known}, got {url[:80]!r} (a page of a share site is searched for "
            "one if FINEWS_SHARE_URL is set)"
        )
    if not Allowlist.by([share_site]).has(url):
        raise ArgumentError(f"url must have an infoCode or be on the share site ({share_site}), got {url[:80]!r}")


def check_is_served(info_code: str, hosts: Mapping[str, str]) -> None:
    """Raise ArgumentError if a source has such articles, but no host that serves them is set."""
    served_by = [
        surface.host_setting for source in SOURCES if source.key.fullmatch(info_code) for surface in source.articles
    ]
    if served_by and not article_surfaces(info_code, hosts):
        kind = OTHER_KINDS.get(info_code[:2], "an article")
        raise ArgumentError(f"{info_code} is {kind}, and no host that has it is set: export {served_by[0]}=http://HOST")


class ShareSpider(ArticleSpider):
    """Fetches the articles that the arguments name."""

    name = "share"
    arguments_class = ShareArguments
    arguments: ShareArguments

    @classmethod
    def check_hosts(cls, arguments: ShareArguments, settings: BaseSettings) -> None:
        super().check_hosts(arguments, settings)
        hosts = config_of(settings).hosts
        for word in arguments.url:
            check_share_site(word, hosts["FINEWS_SHARE_URL"])
        # One word of a list must not stop the others: it is rejected on its own.
        for info_code in () if arguments.file else arguments.info_code:
            check_is_served(info_code, hosts)

    async def start(self) -> AsyncIterator[Any]:
        words = chain(self.arguments.info_code, self.arguments.url)
        for number, word in enumerate(words):
            if number % ANNOUNCED_AT_ONCE == 0:
                following = self.arguments.info_code[number : number + ANNOUNCED_AT_ONCE]
                archive_of(self.crawler).expected.expect((code, "") for code in following)
            await self.wait_for_capacity()
            if "://" in word:
                yield Request(word, callback=self.parse_share, errback=self.share_failed, dont_filter=True)
            elif self.mention(word):
                yield self.article_request(Article(word))

    def parse_share(self, response: Response) -> Iterator[Any]:
        """Find the infoCode on a share page whose URL does not contain it."""
        info_code = parse_share_page(response.url, response.body)
        if info_code is None:
            self.count(Count.FOUND)
            yield Rejection("", "no_info_code", "neither the URL nor its page contains an infoCode", "", response.url)
        elif self.mention(info_code):
            yield self.article_request(Article(info_code))

    def share_failed(self, failure: Failure) -> None:
        if isinstance(failure.value, RequestSkipped):
            return
        self.count(Count.FOUND)
        self.count(Count.FAILED)
        self.report_article_failure(failure)
