"""``finews crawl category``: the archive site's category pages, which lead to its posts (``spiders.archive_posts``).

A category page lists the newest posts only; it links to the pages of its months, which list all of them. Category pages
of the web site are read by ``spiders.web_category``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request

from finews_crawler.archive.poll_state import CATEGORIES, PollState
from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.content.decoding import one_line
from finews_crawler.exceptions import ArgumentError
from finews_crawler.extensions.storage_errors import is_archived
from finews_crawler.sources.eastmoney_web.category_page import is_on_site
from finews_crawler.sources.finews_site.category_links import month_link
from finews_crawler.sources.finews_site.post_lists import (
    PostLink,
    PostList,
    parse_contents,
    parse_feed,
    parse_post_list,
)
from finews_crawler.sources.outcome import Outcome
from finews_crawler.spiders.archive_posts import ArchivePostSpider
from finews_crawler.spiders.category_arguments import (
    ARCHIVE_URL,
    PAGE_URL,
    CategoryArguments,
    category_path,
    category_path_of,
    is_url,
)
from finews_crawler.spiders.category_frontier import READ_ALL_EVERY, CategoryProgress, ListQueue
from finews_crawler.spiders.error_reporting import request_of
from finews_crawler.spiders.web_category import WebCategorySpider
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

LARGEST_MONTH = 32 * 1024 * 1024
"""Bytes. A month of the rolling list may have 30,000 posts, more than DOWNLOAD_MAXSIZE allows for other pages."""


class CategorySpider(WebCategorySpider, ArchivePostSpider):
    """Follows home page → category → months → post → share link, and skips archived articles."""

    name = "category"
    arguments_class = CategoryArguments
    arguments: CategoryArguments

    async def start(self) -> AsyncIterator[Any]:
        """Read the lists one after the other, and request the posts of each before the next list.

        So the queue stays short, and with a limit the remaining lists are not requested.
        """
        self.posts.clear()
        self.home_posts: list[PostLink] = []
        self.contents = ""  # path of the page of all outlets
        self.progress: dict[str, CategoryProgress] = {}  # by the path of each list
        self.began_at = clock.now()
        self.read_before = PollState(config_of(self.settings).data_directory, CATEGORIES).read()
        self.lists = ListQueue(["/"] if self.arguments.all else map(category_path, self.arguments.archive_categories))
        for path in self.arguments.web_paths:
            async for request in self.read_web_category(path, self.progress_of(path)):
                yield request
        while self.lists:
            async for request in self.read_list(self.lists.next()):
                yield request
        self.run_info.categories_read = self.categories_read()
        # The home page has the newest posts of each outlet, also of categories whose page is empty.
        self.take_posts(self.home_posts)
        async for request in self.post_requests():
            yield request

    async def read_list(self, path: str) -> AsyncIterator[Request]:
        progress = self.progress_of(path)
        if progress.may_end:
            progress.is_whole = False
            self.crawler.stats.inc_value("finews/category/lists_left_out")
            return
        self.list_read = asyncio.Event()
        yield self.list_request(path)
        await self.list_read.wait()
        async for request in self.post_requests():
            yield request

    @classmethod
    def check_hosts(cls, arguments: CategoryArguments, settings: BaseSettings) -> None:
        super().check_hosts(arguments, settings)
        config = config_of(settings)
        public = config.post_archive_url
        own = [host_of(config.hosts[ARCHIVE_URL]), host_of(f"http:{public}" if public[:2] == "//" else public)]
        for name in arguments.archive_categories:
            if is_url(name) and (host_of(name) is None or host_of(name) not in own):
                site = " or ".join(filter(None, own))
                web = "a page such as https://finance.eastmoney.com/a/czqyw.html"
                raise ArgumentError(f"category must be on the archive site ({site}) or {web}, got {name!r}")
        for url in arguments.web_categories:
            if not (is_on_site(url) or host_of(url) == host_of(config.hosts[PAGE_URL])):
                raise ArgumentError(f"category must be on a host of eastmoney.com or of {PAGE_URL}, got {url!r}")

    def list_request(self, path: str, repeats: int = 0) -> Request:
        meta = dict.fromkeys(("download_maxsize", "download_warnsize"), LARGEST_MONTH) if month_link(path) else {}
        return Request(
            self.archive_url(path),
            callback=self.list_received,
            errback=self.list_failed,
            cb_kwargs={"path": path, "repeats": repeats},
            meta={**meta, "dont_cache": True} if repeats else meta,
            dont_filter=True,
        )

    def list_received(self, response: Response, path: str, repeats: int) -> Iterator[Request]:
        is_repeated = False
        try:
            found = self.parser_of(path, response)(response.url, response.body)
            is_repeated = self.must_repeat(found.outcome, repeats)
            if is_repeated:
                yield self.list_request(path, repeats + 1)
            else:
                self.take_page(response, path, found)
        finally:
            if not is_repeated:
                self.list_read.set()

    def parser_of(self, path: str, response: Response) -> Callable[[str, bytes], PostList]:
        if path == self.contents:
            return parse_contents
        return parse_feed if response.url.endswith(".xml") else parse_post_list

    def take_page(self, response: Response, path: str, found: PostList) -> None:
        self.report_list("archive list", response, found)
        if path == "/":
            # The old site's home page had the same posts under every heading for a while.
            self.home_posts = list({urlsplit(post.url).path: post for post in found.posts}.values())
            self.contents = found.contents
            self.lists.add(filter(None, [found.contents, *map(category_path_of, found.headings)]))
            return
        if path == self.contents:
            self.lists.add(heading.address for heading in found.headings)
            return
        progress = self.progress_of(path)
        self.take_list(path, found, progress)
        if found.more:
            self.progress.setdefault(found.more, progress)
            self.lists.add([found.more])
        if not month_link(path):
            self.report_skipped_months(response.url, found.left_out)
            self.take_months(found, progress)

    def list_failed(self, failure: Failure) -> None:
        try:
            self.progress_of(request_of(failure).cb_kwargs["path"]).is_whole = False
            self.report_list_failure(failure, "" if self.arguments.all else "check the name of the category")
        finally:
            self.list_read.set()

    def progress_of(self, path: str) -> CategoryProgress:
        """Return the progress of the category that has the list at *path*."""
        if path not in self.progress:
            was_whole = not is_due(self.read_before.get(path), READ_ALL_EVERY, self.began_at)
            self.progress[path] = CategoryProgress(path, was_whole)
        return self.progress[path]

    def categories_read(self) -> dict[str, datetime]:
        """Return the categories of which this run has read every list, unless days were excluded."""
        if self.arguments.since or self.arguments.until:
            return {}
        whole = [progress.path for progress in self.progress.values() if progress.is_whole]
        others = ("/", self.contents)
        return dict.fromkeys((path for path in whole if path not in others and not month_link(path)), self.began_at)

    def take_list(self, path: str, found: PostList, progress: CategoryProgress) -> None:
        posts = {urlsplit(post.url).path: post for post in found.posts}
        for post in posts.values():
            is_known = not self.arguments.refetch and is_archived(self.crawler, post.info_code)
            progress.archived_in_a_row = progress.archived_in_a_row + 1 if is_known else 0
        # Posts that another list of the category has were counted there.
        self.take_posts([post for post_path, post in posts.items() if post_path not in progress.met])
        if not month_link(path) and (found.months or found.more or progress.met):
            for post_path in posts:
                progress.met.add(post_path)
        progress.is_whole = progress.is_whole and found.outcome in (Outcome.ARTICLES, Outcome.NO_NEWS)

    def take_months(self, found: PostList, progress: CategoryProgress) -> None:
        """Queue the month pages that a category page links to. Links on month pages are not followed."""
        months = [month.path for month in found.months if self.arguments.covers_month(month.first_day)]
        progress.is_whole = progress.is_whole and len(months) == len(found.months) and not found.left_out
        for month in months:
            self.progress.setdefault(month, progress)
        self.lists.add(months)

    def report_skipped_months(self, url: str, links: list[str]) -> None:
        if not links:
            return
        self.crawler.stats.inc_value("finews/category/months_left_out", len(links))
        count_failure(self.crawler.stats, FailureReason.CHANGED_SHAPE)
        message = "%s: %d links to months were not followed: too many, or not month pages (the first: %r)"
        self.logger.error(message, url, len(links), one_line(links[0])[:80])
