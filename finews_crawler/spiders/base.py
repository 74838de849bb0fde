"""Base of the spiders: arguments, state of the run, and counts of the articles found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import signals

from finews_crawler.config.host_hints import set_host, set_one_host
from finews_crawler.config.load import config_of
from finews_crawler.config.urls import http_url
from finews_crawler.config.values import read
from finews_crawler.exceptions import ArgumentError
from finews_crawler.run_info import RunInfo
from finews_crawler.sources import hosts_of_articles
from finews_crawler.spiders.arguments import SpiderArguments
from finews_crawler.spiders.error_reporting import ErrorReportingMixin
from finews_crawler.stats import Count, count
from finews_crawler.utils.redaction import redacted

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


class FinewsSpider(ErrorReportingMixin):
    """A spider with arguments of its own class, which publishes the state of its run."""

    arguments_class: ClassVar[type[SpiderArguments]]
    arguments: SpiderArguments
    run_info: RunInfo
    recorded: Callable[[Iterable[str]], list[str]] | None = None
    """Set by a replay: returns those of some URLs that the recorded run requested; if none, those that another run of
    the recording did."""

    @classmethod
    def check(cls, given: Mapping[str, str], settings: BaseSettings) -> SpiderArguments:
        """Parse and check the arguments. Raises ArgumentError, also if a host setting that they need is not set."""
        if config_of(settings).replay and not given:
            return cls.arguments_class()  # each recorded run has its own
        try:
            arguments = cls.arguments_class.parse_given(given)
            cls.check_hosts(arguments, settings)
        except ArgumentError as error:
            raise ArgumentError(f"{error}; for example: {cls.arguments_class.EXAMPLE}") from error
        return arguments

    @classmethod
    def check_hosts(cls, arguments: Any, settings: BaseSettings) -> None:
        """Raise ArgumentError if a setting of a host that will get requests is not set or invalid."""
        hosts = config_of(settings).hosts
        bodies = hosts_of_articles()
        named = [name for name in bodies if hosts[name]]
        for name in (*arguments.needed_settings(), *named):
            try:
                read(name, hosts[name], http_url)
            except ArgumentError as error:
                hint = f"export {name}=http://HOST" if hosts[name] else set_host(name)
                raise ArgumentError(f"{error}: {hint}") from None
        if not named:
            raise ArgumentError(f"no host of articles is set: {set_one_host(bodies)}")

    @classmethod
    def from_crawler(
        cls, crawler: Crawler, *args: Any, arguments: SpiderArguments | None = None, **kwargs: Any
    ) -> Self:
        """*arguments*: parsed by the command already, since a list on standard input can be read only once."""
        spider = super().from_crawler(crawler, *args)
        spider.arguments = arguments or cls.check(kwargs, crawler.settings)
        spider.publish_run_info(kwargs)
        return spider

    @cached_property
    def hosts(self) -> Mapping[str, str]:
        """The URL of each host setting, '' for none."""
        return config_of(self.settings).hosts

    def publish_run_info(self, given: dict[str, str]) -> None:
        common = {field.name: getattr(self.arguments, field.name) for field in fields(SpiderArguments)}
        inlined = self.arguments.without_files(given) if config_of(self.settings).warc_dir else {}
        self.run_info = RunInfo(given=_public(given), inlined=_public(inlined), **common)

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


def _public(arguments: Mapping[str, str]) -> dict[str, str]:
    """Return arguments as the index and WARC files keep them."""
    return {name: redacted(value) for name, value in arguments.items()}
