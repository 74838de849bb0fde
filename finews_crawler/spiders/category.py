"""``scrapy crawl category``: from the archive's category pages to its posts, and from each to the article it shares.

Where a category page lists the newest posts only, the pages of its months that it links to list all of them.

When the share site has lost the article, the archived copy on the post's page is used and the article says so
(``origins``: ``archive_page``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from scrapy import Request

from finews_crawler.archive.poll_state import CATEGORIES, PollState
from finews_crawler.config.load import config_of
from finews_crawler.config.urls import host_of
from finews_crawler.config.values import flag
from finews_crawler.content.decoding import one_line
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, TAG_SUFFIX, slug
from finews_crawler.exceptions import ArgumentError
from finews_crawler.extensions.archive import archive_of
from finews_crawler.items import Article, Rejection
from finews_crawler.requests import INFO_CODE, REFETCH, RequestSkipped
from finews_crawler.sources.finews_site.category_links import month_link
from finews_crawler.sources.finews_site.post_lists import PostLink, PostList, TagHeading, parse_feed, parse_post_list
from finews_crawler.sources.finews_site.post_page import parse_post_page
from finews_crawler.sources.outcome import Outcome, ParsedArticle
from finews_crawler.spiders.arguments import SpiderArguments, read_words, value_of
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.category_frontier import READ_WHOLE_EVERY, CategoryProgress, ListQueue
from finews_crawler.spiders.error_reporting import request_of
from finews_crawler.stats import FailureReason, count_failure
from finews_crawler.utils import clock
from finews_crawler.utils.clock import is_due

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

LARGEST_MONTH = 32 * 1024 * 1024
"""A month of the rolling list may name 30,000 posts: more bytes than DOWNLOAD_MAXSIZE allows any other page."""


ARCHIVE_URL = "FINEWS_ARCHIVE_URL"


@dataclass(frozen=True)
class CategoryArguments(SpiderArguments):
    """``category``: slugs, media or addresses; or ``all``: every category that the home page names."""

    EXAMPLE = "scrapy crawl category -a category=hualongwangxinzhongqingkehuduan (or a medium, an address, -a all=1)"

    category: tuple[str, ...] = ()
    all: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        categories = tuple(read_words(given, "category"))
        return {**super().read(given), "category": categories, "all": value_of(given, "all", flag)}

    def check(self) -> None:
        super().check()
        if bool(self.category) == self.all:
            raise ArgumentError("give either category=… or all=1")
        for name in self.category:
            if "://" not in name and ("/" in name or name.startswith(".")):
                raise ArgumentError(f"category must be a slug, an outlet or a URL, got {name!r}")

    def needed_settings(self) -> tuple[str, ...]:
        return (ARCHIVE_URL, *super().needed_settings())

    def covers_month(self, first_day: date) -> bool:
        """Whether some day of a month is asked for."""
        return (self.since is None or self.since.replace(day=1) <= first_day) and (
            self.until is None or first_day <= self.until
        )


def category_path(name: str) -> str:
    """The path of the category page of a slug, a medium, or an address that was pasted.

    >>> category_path("TechWeb"), category_path("华龙网-新重庆客户端")
    ('/category/TechWeb.html', '/category/hualongwangxinzhongqingkehuduan.html')
    >>> category_path("21世纪经济报道  南财理财通"), category_path("东财滚动新闻")
    ('/category/21shijijingjibaodao%20%20nancailicaitong.html', '/emnews/')
    """
    if "://" in name:
        return urlsplit(name).path or "/"
    if name in (EMNEWS_TAG, EMNEWS_SLUG):
        return f"/{EMNEWS_SLUG}/"
    return f"/category/{quote(slug(name), safe='()')}.html"


def headed_path(heading: TagHeading) -> str:
    """The path of the category page under a heading of the home page; '' for a heading that is no category's.

    >>> headed_path(TagHeading("TechWeb新闻")), headed_path(TagHeading("Techweb新闻", "/category/!techweb/"))
    ('/category/TechWeb.html', '/category/!techweb/')
    """
    # Other headings, such as one over the newest hundred posts, are no tags.
    if heading.address or not heading.tag.endswith(TAG_SUFFIX):
        return heading.address
    return category_path(EMNEWS_TAG if heading.tag == EMNEWS_TAG else heading.tag.removesuffix(TAG_SUFFIX))


class CategorySpider(FinewsSpider):
    """Goes home → category → its months → post → share link, asking only for what is not held."""

    name = "category"
    arguments_class = CategoryArguments
    arguments: CategoryArguments

    async def start(self) -> AsyncIterator[Any]:
        """Read one list after another, and ask for the posts of each before the next: what waits stays short, and with
        a limit the rest of the lists is never asked for."""
        self.posts: deque[PostLink] = deque()
        self.home_posts: list[PostLink] = []
        self.readings: dict[str, CategoryProgress] = {}  # by the path of each list
        self.began_at = clock.now()
        self.read_before = PollState(config_of(self.settings).data_directory, CATEGORIES).read()
        self.lists = ListQueue(["/"] if self.arguments.all else map(category_path, self.arguments.category))
        while self.lists:
            async for request in self.read_list(self.lists.next()):
                yield request
        self.run_info.categories_read = self.categories_read()
        # The newest of each medium stand there too: those of a category whose page stays empty come this way.
        self.take_posts(self.home_posts)
        async for request in self.post_requests():
            yield request

    async def read_list(self, path: str) -> AsyncIterator[Request]:
        reading = self.reading_of(path)
        if reading.may_end:
            reading.is_whole = False
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
        for name in arguments.category:
            if "://" in name and (host_of(name) is None or host_of(name) not in own):
                site = " or ".join(filter(None, own))
                raise ArgumentError(f"category must be on the archive site ({site}), got {name!r}")

    def archive_url(self, path: str) -> str:
        """A page of the archive on the host we go through, whatever host a link names: a feed names the public one."""
        return config_of(self.settings).hosts[ARCHIVE_URL].rstrip("/") + path

    def list_request(self, path: str) -> Request:
        request = Request(
            self.archive_url(path), callback=self.list_received, errback=self.list_missing, dont_filter=True
        )
        if month_link(path):
            request.meta.update(download_maxsize=LARGEST_MONTH, download_warnsize=LARGEST_MONTH)
        request.cb_kwargs["path"] = path
        return request

    def list_received(self, response: Response, path: str) -> None:
        try:
            found = (parse_feed if response.url.endswith(".xml") else parse_post_list)(response.url, response.body)
            self.report_list("archive list", response, found)
            if path == "/":
                self.home_posts = found.posts
                self.lists.add(filter(None, map(headed_path, found.headings)))
                return
            reading = self.reading_of(path)
            self.take_list(found, reading)
            if not month_link(path):
                self.take_months(response.url, found, reading)
        finally:
            self.list_read.set()

    def list_missing(self, failure: Failure) -> None:
        try:
            self.reading_of(request_of(failure).cb_kwargs["path"]).is_whole = False
            self.report_list_failure(failure)
        finally:
            self.list_read.set()

    def reading_of(self, path: str) -> CategoryProgress:
        """What is known of the category whose list is at *path*; its own page is asked for before its months."""
        if path not in self.readings:
            was_whole = not is_due(self.read_before.get(path), READ_WHOLE_EVERY, self.began_at)
            self.readings[path] = CategoryProgress(path, was_whole)
        return self.readings[path]

    def categories_read(self) -> dict[str, datetime]:
        """The categories of which this run has read every list, and left no day out."""
        if self.arguments.since or self.arguments.until:
            return {}
        whole = [reading.path for reading in self.readings.values() if reading.is_whole]
        return dict.fromkeys((path for path in whole if path != "/" and not month_link(path)), self.began_at)

    def take_list(self, found: PostList, reading: CategoryProgress) -> None:
        """The posts of a category's page, or of one of its months."""
        posts = {urlsplit(post.url).path: post for post in found.posts}
        for post in posts.values():
            reading.take(is_held=self.is_held(post))
        # What another of its lists has named is not found once more.
        self.take_posts([post for path, post in posts.items() if path not in reading.met])
        if found.months or reading.met:
            reading.met.update(posts)
        reading.is_whole = reading.is_whole and found.outcome in (Outcome.ARTICLES, Outcome.NO_NEWS)

    def take_months(self, url: str, found: PostList, reading: CategoryProgress) -> None:
        """The month pages that a category's page names; what another list says of further ones is not followed."""
        self.report_left_out(url, found.left_out)
        months = [month.path for month in found.months if self.arguments.covers_month(month.first_day)]
        reading.is_whole = reading.is_whole and len(months) == len(found.months) and not found.left_out
        for month in months:
            self.readings.setdefault(month, reading)
        self.lists.add(months)

    def is_held(self, post: PostLink) -> bool:
        return not self.arguments.refetch and archive_of(self.crawler).contains(post.info_code)

    def report_left_out(self, url: str, links: list[str]) -> None:
        """Posts may be missing where a link to a month cannot be followed."""
        if not links:
            return
        self.crawler.stats.inc_value("finews/category/months_left_out", len(links))
        count_failure(self.crawler.stats, FailureReason.CHANGED_SHAPE)
        message = "%s: %d links to months left out, no month pages of the archive or too many (the first: %r)"
        self.logger.error(message, url, len(links), one_line(links[0])[:80])

    def take_posts(self, posts: Iterable[PostLink]) -> None:
        """Those that name an article not met before are asked for next."""
        for post in posts:
            if not post.info_code:
                # The site's own notices have no infoCode: they are not articles.
                self.crawler.stats.inc_value("finews/category/not_an_article")
            elif self.mention(post.info_code, post.day):
                self.posts.append(post)

    async def post_requests(self) -> AsyncIterator[Request]:
        while self.posts:
            await self.wait_for_capacity()
            post = self.posts.popleft()
            yield Request(
                self.archive_url(urlsplit(post.url).path),
                callback=self.parse_post,
                errback=self.post_failed,
                cb_kwargs={"info_code": post.info_code},
                meta={INFO_CODE: post.info_code, REFETCH: self.arguments.refetch},
                dont_filter=True,
            )

    def parse_post(self, response: Response, info_code: str) -> Iterator[Any]:
        page = parse_post_page(response.url, response.body)
        if page.article and page.article.info_code != info_code:
            page = ParsedArticle(Outcome.CHANGED_SHAPE, detail=f"the page is about {page.article.info_code}")
        if page.outcome is not Outcome.ARTICLES:
            kept = self.keep_sample("archive post", response, page.outcome)
            self.logger.warning("%s: %s (%s)%s", info_code, page.outcome.value, page.detail, kept)
            self.crawler.stats.inc_value(f"finews/category/post_page_{page.outcome.value}")
        yield self.article_request(page.article or Article(info_code))

    def post_failed(self, failure: Failure) -> Iterator[Any]:
        """Without its page, the article may still be on the share site: the address named its infoCode."""
        if isinstance(failure.value, RequestSkipped):
            self.run_info.is_cut_short = True
            return
        self.report_article_failure(failure)
        yield self.article_request(Article(request_of(failure).cb_kwargs["info_code"]))

    def without_body(self, known: Article, rejection: Rejection | None, *, is_lost: bool) -> Iterator[Any]:
        """The archived copy takes the place of an article that the share site has lost; while the share site merely
        fails, the copy stands in for it until the next run."""
        if not known.has_body:
            yield from super().without_body(known, rejection, is_lost=is_lost)
            return
        known.is_stand_in = not is_lost
        self.logger.debug("%s: no body on the share site, archived copy used", known.info_code)
        yield from self.finish(known, rejection.payload if rejection else "")
