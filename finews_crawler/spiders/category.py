"""``scrapy crawl category``: from the archive's category pages to its posts, and from each to the article it shares.

When the share site has lost the article, the archived copy on the post's page is used and the article says so
(``origins``: ``archive_page``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from scrapy import Request

from finews_crawler.configuration import host_of
from finews_crawler.items import Article, Rejection
from finews_crawler.middlewares.limit import LimitReached
from finews_crawler.middlewares.skip_held import INFO_CODE, REFETCH
from finews_crawler.spiders.arguments import ArgumentError, SpiderArguments, read_flag, read_words
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.failures import request_of
from finews_crawler.text.slug import EMNEWS_SLUG, EMNEWS_TAG, slug
from finews_crawler.upstream.archive_pages import PostLink, parse_feed, parse_post_list
from finews_crawler.upstream.outcome import Outcome
from finews_crawler.upstream.post_page import TAG_SUFFIX, PostPage, parse_post_page

if TYPE_CHECKING:
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

LIST_PRIORITY = -10
"""Articles come before further lists: with a limit, the rest of the lists is then never asked for."""


@dataclass(frozen=True)
class CategoryArguments(SpiderArguments):
    """``category``: slugs, media or addresses; or ``all``: every category that the home page names."""

    EXAMPLE = "scrapy crawl category -a category=hualongwangxinzhongqingkehuduan (or a medium, an address, -a all=1)"

    category: tuple[str, ...] = ()
    all: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        categories = tuple(read_words(given, "category"))
        return {**super().read(given), "category": categories, "all": read_flag(given, "all")}

    def check(self) -> None:
        super().check()
        if bool(self.category) == self.all:
            raise ArgumentError("give either category=… or all=1")
        for name in self.category:
            if "://" not in name and ("/" in name or name.startswith(".")):
                raise ArgumentError(f"category={name!r} is neither a slug, a medium nor an address")

    def needed_settings(self) -> tuple[str, ...]:
        return ("FINEWS_ARCHIVE_URL", *super().needed_settings())


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


class CategorySpider(FinewsSpider):
    """Goes home → category → post → share link, asking only for what is not held."""

    name = "category"
    arguments_class = CategoryArguments
    arguments: CategoryArguments

    async def start(self) -> AsyncIterator[Any]:
        self.home_posts: list[PostLink] = []
        self.rolling_lists: list[Request] = []
        self.lists_to_come = 0
        first = ["/"] if self.arguments.all else [category_path(name) for name in self.arguments.category]
        for request in self.list_requests(first):
            yield request

    def list_requests(self, paths: Iterable[str]) -> Iterator[Request]:
        """The lists to ask for now. The rolling list waits for all others: an article that both it and a medium's
        category name is to be read from its medium's post."""
        rolling = category_path(EMNEWS_SLUG)
        asked = dict.fromkeys(paths)
        if rolling in asked:
            self.rolling_lists.append(self.list_request(rolling, self.parse_category))
        now = [path for path in asked if path != rolling]
        # All of them counted before the first is asked: its answer may come before the second is.
        self.lists_to_come += len(now)
        for path in now:
            yield self.list_request(path, self.parse_home if path == "/" else self.parse_category)
        if not self.lists_to_come:
            yield from self.next_lists()

    def next_lists(self) -> Iterator[Request]:
        """What is left when every list asked for so far is read: the rolling list, then the home page's own posts."""
        if self.rolling_lists:
            self.lists_to_come = 1
            yield self.rolling_lists.pop()
        else:
            yield from self.post_requests(self.home_posts)

    def list_done(self) -> Iterator[Request]:
        self.lists_to_come -= 1
        if not self.lists_to_come:
            yield from self.next_lists()

    def list_missing(self, failure: Failure) -> Iterator[Request]:
        self.report_list_failure(failure)
        yield from self.list_done()

    @classmethod
    def check_hosts(cls, arguments: CategoryArguments, settings: BaseSettings) -> None:
        super().check_hosts(arguments, settings)
        public = settings["FINEWS_POST_ARCHIVE_URL"]
        own = [host_of(settings["FINEWS_ARCHIVE_URL"]), host_of(f"http:{public}" if public[:2] == "//" else public)]
        for name in arguments.category:
            if "://" in name and (host_of(name) is None or host_of(name) not in own):
                raise ArgumentError(f"category={name!r} is not on the archive site ({' or '.join(filter(None, own))})")

    def archive_url(self, path: str) -> str:
        """A page of the archive on the host we go through, whatever host a link names: a feed names the public one."""
        base: str = self.settings["FINEWS_ARCHIVE_URL"]
        return base.rstrip("/") + path

    def list_request(self, path: str, callback: Any) -> Request:
        return Request(
            self.archive_url(path),
            callback=callback,
            errback=self.list_missing,
            priority=LIST_PRIORITY,
            dont_filter=True,
        )

    def parse_home(self, response: Response) -> Iterator[Any]:
        home = parse_post_list(response.url, response.body)
        self.report_list(response.url, home.outcome, home.detail)
        # The newest five of each medium stand here too: those of a category whose page stays empty come this way.
        self.home_posts = home.posts
        # Other headings on it, such as one over the newest hundred posts, are no tags.
        tags = [tag for tag in home.tags if tag.endswith(TAG_SUFFIX)]
        media = [EMNEWS_TAG if tag == EMNEWS_TAG else tag.removesuffix(TAG_SUFFIX) for tag in tags]
        yield from self.list_requests(map(category_path, media))
        yield from self.list_done()

    def parse_category(self, response: Response) -> Iterator[Any]:
        is_feed = response.url.endswith(".xml")
        found = (parse_feed if is_feed else parse_post_list)(response.url, response.body)
        self.report_list(response.url, found.outcome, found.detail)
        yield from self.post_requests(found.posts)
        yield from self.list_done()

    def post_requests(self, posts: list[PostLink]) -> Iterator[Request]:
        for post in posts:
            if not post.info_code:
                # The site's own notices have no infoCode: they are not articles.
                self.crawler.stats.inc_value("finews/category/not_an_article")
            elif self.mention(post.info_code, post.day):
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
            page = PostPage(Outcome.CHANGED_SHAPE, detail=f"the page is about {page.article.info_code}")
        if page.outcome is not Outcome.ARTICLES:
            self.logger.warning("%s: %s (%s)", info_code, page.outcome.value, page.detail)
            self.crawler.stats.inc_value(f"finews/category/post_page_{page.outcome.value}")
        yield self.article_request(page.article or Article(info_code))

    def post_failed(self, failure: Failure) -> Iterator[Any]:
        """Without its page, the article may still be on the share site: the address named its infoCode."""
        if isinstance(failure.value, LimitReached):
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
