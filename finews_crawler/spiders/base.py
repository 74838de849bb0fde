"""What the three spiders share: their arguments, the count of what they find, and the way to an article's body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, signals
from scrapy.http import Response

from finews_crawler.articles.merge import merge
from finews_crawler.articles.validate import rejection_of, unknown_key
from finews_crawler.config.load import config_of
from finews_crawler.config.urls import http_url
from finews_crawler.config.values import read
from finews_crawler.exceptions import ArgumentError
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import INFO_CODE, LISTED, REFETCH, RequestSkipped
from finews_crawler.run_info import RunInfo
from finews_crawler.sources import article_surface
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

REFUSALS_NOT_BELIEVED = 5
"""After so many answers in a row that were no article, the share site is not believed to have lost one."""


class FinewsSpider(ErrorReportingMixin):
    """Finds articles and fetches their bodies; the pipelines do the rest."""

    arguments_class: ClassVar[type[SpiderArguments]]
    arguments: SpiderArguments
    run_info: RunInfo

    @classmethod
    def check(cls, given: Mapping[str, str], settings: BaseSettings) -> SpiderArguments:
        """The arguments, read; ArgumentError, with a correct line, when they or the settings they need are wrong."""
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
        """Raise ArgumentError when a host that will be asked is not set."""
        hosts = config_of(settings).hosts
        for name in arguments.needed_settings():
            try:
                read(name, hosts[name], http_url)
            except ArgumentError as error:
                raise ArgumentError(f"{error}: export {name}=http://HOST") from None

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, arguments: SpiderArguments | None = None, **kwargs: Any
    ) -> Self:
        """``arguments``: already checked, by the command line; a list on standard input is read only once."""
        spider = super().from_crawler(crawler, *args)
        spider.arguments = arguments or cls.check(kwargs, crawler.settings)
        spider.publish_run_info(kwargs)
        return spider

    def publish_run_info(self, given: dict[str, str]) -> None:
        """Start a RunInfo for a run with these arguments."""
        arguments = self.arguments
        self.run_info = RunInfo(
            given=given,
            inlined=arguments.without_files(given),
            since=arguments.since,
            until=arguments.until,
            limit=arguments.limit,
            refetch=arguments.refetch,
            dry_run=arguments.dry_run,
        )

    def reset(self, given: dict[str, str] | None) -> None:
        """Forget the run so far; the next ``start`` is another run, with these arguments, or with those it has.

        Raises ArgumentError.
        """
        if given is not None:
            self.arguments = self.arguments_class.parse(given)
        self.publish_run_info(self.run_info.given if given is None else given)

    def count(self, what: Count, number: int = 1) -> None:
        count(self.crawler.stats, what, number)

    def mention(self, info_code: str, day: date | None = None) -> bool:
        """Count one mention of an article; True when it is the first and *day* is asked for."""
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
        """Wait until Scrapy has sent what waits in it: it would take every article of a long list at once, and each
        takes two kilobytes there."""
        engine = self.crawler.engine
        while engine is not None and engine.needs_backout():
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    def reject_row(self, rejection: Rejection) -> Rejection:
        """Count a row that names no article; it goes to ``rejected.jsonl``."""
        self.count(Count.FOUND)
        return rejection

    def article_request(self, known: Article, *, listed: bool = False) -> Request | Rejection:
        """Return the request for an article's body from the source of its key; *known* is what the lists gave.

        An article whose key no source has is rejected.
        """
        surface = article_surface(known.info_code)
        if surface is None:
            return rejection_of(known, unknown_key(known.info_code))
        meta: dict[str, Any] = {INFO_CODE: known.info_code, REFETCH: self.arguments.refetch}
        if listed:
            meta[LISTED] = known
        return Request(
            surface.url(config_of(self.settings).hosts[surface.host_setting], known.info_code),
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"known": known, "surface": surface},
            meta=meta,
            # mention() requests each article once; Scrapy's duplicate filter would drop redirects to one common page,
            # and the articles with them, silently.
            dont_filter=True,
        )

    def parse_article(self, response: Response, known: Article, surface: ArticleSurface) -> Iterator[Any]:
        """Merge the body into what is known of the article, or report the reason why there is none."""
        parsed = surface.parse(response.body, known.info_code)
        outcome, detail = parsed.outcome, parsed.detail
        if known.info_code not in response.url:
            outcome, detail = Outcome.BLOCKED, "redirected to a page that is not the article's"
        is_lost = outcome is Outcome.MISSING and self.is_believed(response)
        if outcome is not Outcome.ARTICLES or parsed.article is None:
            rejection = Rejection(known.info_code, outcome.value, detail, parsed.payload, response.url, is_final=False)
            yield from self.without_body(known, rejection, is_lost=is_lost)
            return
        fetched = parsed.article
        fetched.source_url, fetched.origins["source_url"] = response.url, surface.name
        fetched.is_refetched = self.arguments.refetch
        yield from self.finish(merge(known, fetched), parsed.payload)

    def is_believed(self, response: Response) -> bool:
        """Whether an article that is empty is one that the share site has lost. A banned client gets the same: it is
        believed of a site that gives others, and only so often in a row."""
        host = extension_of(self.crawler, HostRegistry).of(response.url)
        return host.has_given and not host.has_refused(REFUSALS_NOT_BELIEVED)

    def finish(self, article: Article, payload: str) -> Iterator[Article]:
        """Hand an article on, unless its day, known only now, is not asked for."""
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
        """An article that upstream did not give: asked for again by the next run. What it answered instead is kept.

        ``is_lost``: the share site says that it has no such article, rather than failing.
        """
        if rejection is None:
            self.count(Count.FAILED)
        else:
            yield rejection
