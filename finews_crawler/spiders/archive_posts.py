"""Posts of the archive site: from the page of a post to the body of its article.

If the source has lost an article, the copy on the post's page is used (``origins``: ``archive_page``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request

from finews_crawler.items import Article, Rejection
from finews_crawler.requests import INFO_CODE, REFETCH, RequestSkipped
from finews_crawler.sources.finews_site.post_lists import PostLink
from finews_crawler.sources.finews_site.post_page import parse_post_page
from finews_crawler.sources.outcome import OTHER_ARTICLE, Outcome, ParsedArticle
from finews_crawler.spiders.article_spider import ArticleSpider
from finews_crawler.spiders.category_arguments import ARCHIVE_URL
from finews_crawler.spiders.error_reporting import request_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure


class ArchivePostSpider(ArticleSpider):
    """Follows links to posts, each to the page of the post and on to its article."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts: deque[PostLink] = deque()
        """Posts whose pages are not requested yet."""

    def archive_url(self, path: str) -> str:
        """Return the URL of a page on the host of FINEWS_ARCHIVE_URL: links in a feed have the public host."""
        return self.hosts[ARCHIVE_URL].rstrip("/") + path

    def take_posts(self, posts: Iterable[PostLink]) -> None:
        for post in posts:
            if not post.info_code:
                # The site's own notices, without an infoCode, are not articles.
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
            page = ParsedArticle(Outcome.BLOCKED, detail=f"{OTHER_ARTICLE}, {page.article.info_code}")
        if page.outcome is not Outcome.ARTICLES:
            sample = self.keep_sample("archive post", response, page.outcome)
            self.logger.warning("%s: %s (%s)%s", info_code, page.outcome.value, page.detail, sample)
            self.crawler.stats.inc_value(f"finews/category/post_page_{page.outcome.value}")
        yield self.article_request(page.article or Article(info_code))

    def post_failed(self, failure: Failure) -> Iterator[Any]:
        """Request the article without its page: the infoCode is in the post's URL."""
        if isinstance(failure.value, RequestSkipped):
            self.run_info.is_cut_short = True
            return
        self.report_article_failure(failure)
        yield self.article_request(Article(request_of(failure).cb_kwargs["info_code"]))

    def without_body(self, known: Article, rejection: Rejection | None, *, is_lost: bool) -> Iterator[Any]:
        """Use the archived copy, if there is one: until the next run, or for good if the source has lost it."""
        if not known.has_body:
            yield from super().without_body(known, rejection, is_lost=is_lost)
            return
        known.is_stand_in = not is_lost
        self.logger.debug("%s: no body from its source, archived copy used", known.info_code)
        yield from self.finish(known, rejection.payload if rejection else "")
