"""Base of the spiders: arguments, counts of the articles found, and the request for an article's body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, signals
from scrapy.http import Response

from finews_crawler.articles.merge import merge
from finews_crawler.articles.validate import rejection_of, unknown_key
from finews_crawler.config.load import config_of
from finews_crawler.config.urls import http_url
from finews_crawler.config.values import read
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.exceptions import ArgumentError
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import INFO_CODE, LISTED, REFETCH, RequestSkipped
from finews_crawler.run_info import RunInfo
from finews_crawler.sources import article_surfaces, hosts_of_articles
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import ArticleSurface
from finews_crawler.spiders.arguments import SpiderArguments
from finews_crawler.spiders.error_reporting import ErrorReportingMixin, is_gone, request_of
from finews_crawler.stats import Count, count
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

MAX_LOST_IN_A_ROW = 5
"""Bodies missing in a row after which the share site is taken to refuse requests, not to have lost its articles."""


class FinewsSpider(ErrorReportingMixin):
    """Finds articles and fetches their bodies; the pipelines do the rest."""

    arguments_class: ClassVar[type[SpiderArguments]]
    arguments: SpiderArguments
    run_info: RunInfo

    @classmethod
    def check(cls, given: Mapping[str, str], settings: BaseSettings) -> SpiderArguments:
        """Parse and check the arguments. Raises ArgumentError, also if a host setting that they need is not set."""
        if config_of(settings).replay and not given:
            return cls.arguments_class()  # each recorded run has its own
        try:
            arguments = cls.arguments_class.parse(given)
            cls.check_hosts(arguments, settings)
        except ArgumentError as error:
            raise ArgumentError(f"{error}; for example: {cls.arguments_class.EXAMPLE}") from error
        return arguments

    @classmethod
    def check_hosts(cls, arguments: Any, settings: BaseSettings) -> None:
        """Raise ArgumentError if a setting of a host that will get requests is not set or invalid."""
        hosts = config_of(settings).hosts
        bodies = hosts_of_articles()
        named = [name for name in bodies if hosts[name]] or bodies[:1]
        for name in (*arguments.needed_settings(), *named):
            try:
                read(name, hosts[name], http_url)
            except ArgumentError as error:
                raise ArgumentError(f"{error}: export {name}=http://HOST") from None

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, arguments: SpiderArguments | None = None, **kwargs: Any
    ) -> Self:
        """*arguments*: parsed by the command already, since a list on standard input can be read only once."""
        spider = super().from_crawler(crawler, *args)
        spider.arguments = arguments or cls.check(kwargs, crawler.settings)
        spider.publish_run_info(kwargs)
        return spider

    def publish_run_info(self, given: dict[str, str]) -> None:
        common = {field.name: getattr(self.arguments, field.name) for field in fields(SpiderArguments)}
        self.run_info = RunInfo(given=given, inlined=self.arguments.without_files(given), **common)

    def reset(self, given: dict[str, str] | None) -> None:
        """Prepare for another run by ``start``, with the arguments *given*, or None for the present ones.

        Raises ArgumentError.
        """
        if given is not None:
            self.arguments = self.arguments_class.parse(given)
        self.publish_run_info(self.run_info.given if given is None else given)

    def count(self, what: Count, number: int = 1) -> None:
        count(self.crawler.stats, what, number)

    def mention(self, info_code: str, day: date | None = None) -> bool:
        """Count one mention of an article. Return True for the first one, unless the arguments exclude *day*."""
        self.count(Count.FOUND)
        if info_code in self.run_info.mentioned:
            self.count(Count.MERGED)
            return False
        self.run_info.mentioned.add(info_code)
        if day is not None and not self.arguments.covers(day):
            self.count(Count.SKIPPED)
            return False
        return True

    async def wait_for_capacity(self) -> None:
        """Wait until the scheduler has capacity: Scrapy would queue a long list at once, about 2 kB an article."""
        engine = self.crawler.engine
        while engine is not None and engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def article_request(self, known: Article, *, listed: bool = False) -> Request | Rejection:
        """Return the request for an article's body from the source of its key; *known* is what the lists gave.

        An article whose key no source has is rejected.
        """
        hosts = config_of(self.settings).hosts
        surfaces = article_surfaces(known.info_code, hosts)
        if not surfaces:
            return rejection_of(known, unknown_key(known.info_code))
        surface = surfaces[0]
        meta: dict[str, Any] = {INFO_CODE: known.info_code, REFETCH: self.arguments.refetch}
        if listed:
            meta[LISTED] = known
        return Request(
            surface.url(hosts[surface.host_setting], known.info_code),
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"known": known, "surface": surface},
            meta=meta,
            # mention() requests each article once; Scrapy's duplicate filter would drop redirects to one common page,
            # and the articles with them, silently.
            dont_filter=True,
        )

    def parse_article(self, response: Response, known: Article, surface: ArticleSurface) -> Iterator[Any]:
        """Merge the body into what is known of the article, or report why it is missing."""
        parsed = surface.parse(response.body, known.info_code)
        outcome, detail = parsed.outcome, parsed.detail
        if info_code_in_url(response.url) != known.info_code:
            outcome, detail = Outcome.BLOCKED, "redirected to a page that is not the article's"
        is_lost = outcome is Outcome.MISSING and self.is_plausible_loss(response)
        if outcome is not Outcome.ARTICLES or parsed.article is None:
            rejection = Rejection(known.info_code, outcome.value, detail, parsed.payload, response.url, is_final=False)
            yield from self.without_body(known, rejection, is_lost=is_lost)
            return
        fetched = parsed.article
        fetched.source_url, fetched.origins["source_url"] = response.url, surface.name
        fetched.is_refetched = self.arguments.refetch
        yield from self.finish(merge(known, fetched), parsed.payload)

    def is_plausible_loss(self, response: Response) -> bool:
        """Return True if the share site has probably lost an article whose body is empty.

        A banned client gets the same response. So the site must have given other bodies, and not this response
        MAX_LOST_IN_A_ROW times.
        """
        # By the host that was asked: its pages may be on another one.
        requested = response.meta.get("redirect_urls", [response.url])[0]
        host = extension_of(self.crawler, HostRegistry).of(requested)
        return host.has_given and not host.has_refused(MAX_LOST_IN_A_ROW)

    def finish(self, article: Article, payload: str) -> Iterator[Article]:
        """Yield an article, unless the arguments exclude its day, which may be known only now."""
        if not self.arguments.covers_moment(article.published_at):
            self.count(Count.SKIPPED)
            return
        article.payload = payload or article.payload
        yield article

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        if isinstance(failure.value, RequestSkipped):
            self.run_info.is_cut_short = True
            return
        self.report_article_failure(failure)
        yield from self.without_body(request_of(failure).cb_kwargs["known"], None, is_lost=is_gone(failure))

    def without_body(self, known: Article, rejection: Rejection | None, *, is_lost: bool) -> Iterator[Any]:
        """Handle an article without a body: the next run requests it again.

        *rejection*: the response as a rejection, None without a response. *is_lost*: the share site has no such
        article, as opposed to an error.
        """
        if rejection is None:
            self.count(Count.FAILED)
        else:
            yield rejection
