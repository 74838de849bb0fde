"""What the three spiders share: their arguments, the count of what they find, and the way to an article's body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response

from finews_crawler.counts import Count, Fault, count, count_fault
from finews_crawler.items import Article, Rejection
from finews_crawler.merging import merge
from finews_crawler.middlewares.limit import LimitReached
from finews_crawler.middlewares.skip_held import INFO_CODE, LISTED, REFETCH
from finews_crawler.spiders.arguments import ArgumentError, SpiderArguments
from finews_crawler.spiders.failures import describe, fault_of
from finews_crawler.upstream.news_text import news_text_url, parse_news_text
from finews_crawler.upstream.outcome import Outcome

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure
    from typing_extensions import Self

LIST_PRIORITY = -10
"""Articles come before further lists: with a limit, the rest of the lists is then never asked for."""


class FinewsSpider(Spider):
    """Finds articles and fetches their bodies; the pipelines do the rest."""

    arguments_class: ClassVar[type[SpiderArguments]]
    arguments: SpiderArguments

    @classmethod
    def check(cls, given: Mapping[str, str], settings: BaseSettings) -> SpiderArguments:
        """The arguments, read; ArgumentError, with a correct line, when they or the settings they need are wrong."""
        try:
            arguments = cls.arguments_class.parse(given)
            cls.check_hosts(arguments, settings)
        except ArgumentError as error:
            raise ArgumentError(f"{error}; for example: {cls.arguments_class.EXAMPLE}") from error
        return arguments

    @classmethod
    def check_hosts(cls, arguments: Any, settings: BaseSettings) -> None:
        """Raise ArgumentError when a host that will be asked is not set."""
        for name in arguments.needed_settings():
            address = urlsplit(settings[name])
            if address.scheme not in ("http", "https") or not address.hostname:
                raise ArgumentError(f"{name}={settings[name]!r} is no http address: export {name}=http://HOST")

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, arguments: SpiderArguments | None = None, **kwargs: Any
    ) -> Self:
        """``arguments``: already checked, by the command line; a list on standard input is read only once."""
        spider = super().from_crawler(crawler, *args)
        spider.arguments = arguments or cls.check(kwargs, crawler.settings)
        spider.mentioned = set()
        spider.unreachable = set()
        return spider

    mentioned: set[str]
    """The infoCodes met in this run."""
    unreachable: set[str]
    """The hosts already reported as such: one line each."""

    def count(self, what: Count, number: int = 1) -> None:
        count(self.crawler.stats, what, number)

    def mention(self, info_code: str, day: date | None = None) -> bool:
        """Count one mention of an article; True when it is the first and *day* is asked for."""
        self.count(Count.FOUND)
        if info_code in self.mentioned:
            self.count(Count.MERGED)
            return False
        self.mentioned.add(info_code)
        if day is not None and not self.arguments.covers(day):
            self.count(Count.SKIPPED)
            return False
        return True

    def reject_row(self, rejection: Rejection) -> Rejection:
        """Count a row that names no article; it goes to ``rejected.jsonl``."""
        self.count(Count.FOUND)
        return rejection

    def article_request(self, known: Article, *, listed: bool = False) -> Request:
        """Ask for the body of an article of which *known* is known so far."""
        meta: dict[str, Any] = {INFO_CODE: known.info_code, REFETCH: self.arguments.refetch}
        if listed:
            meta[LISTED] = known
        return Request(
            news_text_url(self.settings["FINEWS_SHARE_URL"], known.info_code),
            callback=self.parse_news_text,
            errback=self.news_text_failed,
            cb_kwargs={"known": known},
            meta=meta,
        )

    def parse_news_text(self, response: Response, known: Article) -> Iterator[Any]:
        answer = parse_news_text(response.body, known.info_code)
        if answer.outcome is not Outcome.ARTICLES or answer.article is None:
            word = answer.outcome.value
            rejection = Rejection(known.info_code, word, answer.detail, answer.payload, response.url, is_final=False)
            yield from self.without_body(known, rejection)
            return
        fetched = answer.article
        fetched.source_url, fetched.origins["source_url"] = response.url, "news_text"
        yield from self.finish(merge(known, fetched), answer.payload)

    def finish(self, article: Article, payload: str) -> Iterator[Article]:
        """Hand an article on, unless its day, known only now, is not asked for."""
        if not self.arguments.covers_moment(article.published_at):
            self.count(Count.SKIPPED)
            return
        article.payload = payload or article.payload
        yield article

    def news_text_failed(self, failure: Failure) -> Iterator[Any]:
        if isinstance(failure.value, LimitReached):
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        reason = describe(failure)
        if not self.report_host(request, failure):
            self.logger.warning("%s: %s", request.url, reason.text)
        self.crawler.stats.inc_value(f"finews/failed/{reason.word}")
        yield from self.without_body(request.cb_kwargs["known"], None)

    def without_body(self, known: Article, rejection: Rejection | None) -> Iterator[Any]:
        """An article that upstream did not give: asked for again by the next run. What it answered instead is kept."""
        if rejection is None:
            self.count(Count.FAILED)
        else:
            yield rejection

    def list_failed(self, failure: Failure) -> None:
        """A list, category page or home page could not be had."""
        if isinstance(failure.value, LimitReached):
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        count_fault(self.crawler.stats, fault_of(failure))
        if not self.report_host(request, failure):
            self.logger.error("%s: %s", request.url, describe(failure).text)

    def report_host(self, request: Request, failure: Failure) -> bool:
        """One line for a host that cannot be reached, however many requests fail on it; True when it is one."""
        reason = describe(failure)
        if not reason.is_host:
            return False
        host, setting = request.url.split("/")[2], self.setting_of(request.url)
        if host not in self.unreachable:
            self.unreachable.add(host)
            count_fault(self.crawler.stats, Fault.UNREACHABLE)
            self.logger.error("host %s cannot be reached (%s): check %s and the network", host, reason.text, setting)
        return True

    def setting_of(self, url: str) -> str:
        """The settings that name the host of *url*."""
        hosts = ("FINEWS_SHARE_URL", "FINEWS_ARCHIVE_URL", "FINEWS_CHANNELS_URL", "FINEWS_MARKET_URL")
        named = [name for name in hosts if self.settings[name] and url.startswith(self.settings[name])]
        return " and ".join(named) or "the address"

    def report_answer(self, url: str, outcome: Outcome, detail: str) -> None:
        """One line for a list that gave no articles though it should have."""
        fault = Fault.BLOCKED if outcome is Outcome.BLOCKED else Fault.CHANGED_SHAPE
        count_fault(self.crawler.stats, fault)
        self.logger.error("%s: %s (%s)", fault.value, url, detail)
