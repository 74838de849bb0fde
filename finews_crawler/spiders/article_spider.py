"""Base of the spiders that fetch articles: the search for a body over its surfaces, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from finews_crawler.articles.merge import merge
from finews_crawler.articles.validate import rejection_of, unknown_key
from finews_crawler.content.info_code import info_code_in_url
from finews_crawler.engine.request import DirectRequest
from finews_crawler.items import Article, Rejection
from finews_crawler.politeness.host_state import HostRegistry
from finews_crawler.requests import INFO_CODE, LISTED, MAY_BE_LOST, REFETCH, REFUSAL, ForbiddenByRobots, RequestSkipped
from finews_crawler.sources import article_surfaces, surfaces_with
from finews_crawler.sources.outcome import Outcome
from finews_crawler.sources.source import ArticleSurface
from finews_crawler.spiders.base import FinewsSpider
from finews_crawler.spiders.body_search import BodySearch
from finews_crawler.spiders.error_reporting import describe, is_gone, is_unreachable, request_of
from finews_crawler.stats import Count, FailureReason, count_failure
from finews_crawler.utils.crawler import extension_of

if TYPE_CHECKING:
    from twisted.python.failure import Failure

CHANGED_IN_A_ROW = 3
"""Unreadable articles in a row after which a surface is taken to have another format."""
CUT_OFF_REPEATS = 3
"""Times that a response that ends early is requested again."""
TRY_NEXT = (Outcome.MISSING, Outcome.CHANGED_SHAPE, Outcome.CUT_OFF)
"""Outcomes after which the next surface is requested. Not after a sign of a ban: its host has refused."""


class ArticleSpider(FinewsSpider):
    """Fetches the bodies of the articles that its subclasses find; the pipelines do the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.changed_in_a_row: dict[str, int] = {}
        """Unreadable articles since the last readable one, by surface."""
        self.changed_reported: set[str] = set()

    def reset(self, given: dict[str, str] | None) -> None:
        super().reset(given)
        self.changed_in_a_row.clear()
        self.changed_reported.clear()

    def article_request(self, known: Article, *, listed: bool = False) -> Request | Rejection:
        """Return the request for an article's body from the source of its key; *known* is what the lists gave.

        An article whose key no source has is rejected.
        """
        surfaces = self.article_surfaces(known.info_code)
        if not surfaces:
            return rejection_of(known, unknown_key(known.info_code))
        request = self.body_request(BodySearch(known, surfaces))
        if listed:
            request.meta[LISTED] = known
        return request

    def must_repeat(self, outcome: Outcome, repeats: int) -> bool:
        """Return True if a list must be requested again, since it was cut off; count it. *repeats*: times so far."""
        if outcome is not Outcome.CUT_OFF or repeats >= CUT_OFF_REPEATS:
            return False
        self.crawler.stats.inc_value("finews/lists/cut_off_repeated")
        return True

    def article_surfaces(self, info_code: str) -> tuple[ArticleSurface, ...]:
        """Return the surfaces of a body in the order of requests; in a replay, those of the recorded run."""
        if self.recorded is not None:
            recorded = {surface.url("", info_code): surface for surface in surfaces_with(info_code)}
            if urls := self.recorded(recorded):
                return tuple(recorded[url] for url in urls)
        return article_surfaces(info_code, self.hosts)

    def body_request(self, search: BodySearch) -> Request:
        known, surface = search.known, search.surface
        return DirectRequest(
            surface.url(self.hosts[surface.host_setting], known.info_code),
            callback=self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"known": known, "search": search},
            meta={INFO_CODE: known.info_code, REFETCH: self.arguments.refetch},
            # mention() requests each article once; Scrapy's duplicate filter would drop redirects to one common page,
            # and the articles with them, silently.
            dont_filter=True,
        )

    def parse_article(self, response: Response, known: Article, search: BodySearch) -> Iterator[Any]:
        """Merge the body into what is known of the article; without one, ask the next surface or report the reason."""
        surface = search.surface
        parsed = surface.parse(response.body, known.info_code)
        outcome, detail = parsed.outcome, parsed.detail
        if info_code_in_url(response.url) != known.info_code:
            outcome, detail = Outcome.BLOCKED, "redirected to a page that is not the article's"
        if outcome is Outcome.ARTICLES and response.meta.get(REFUSAL):
            outcome, detail = Outcome.BLOCKED, response.meta[REFUSAL]
        if outcome is Outcome.ARTICLES and parsed.article is not None:
            self.changed_in_a_row[surface.name] = 0
            fetched = parsed.article
            fetched.source_url, fetched.origins["source_url"] = response.url, surface.name
            fetched.is_refetched = self.arguments.refetch
            yield from self.finish(merge(known, fetched), parsed.payload)
            return
        if outcome is Outcome.CUT_OFF and search.repeats < CUT_OFF_REPEATS:
            self.crawler.stats.inc_value("finews/articles_cut_off")
            yield self.body_request(search.repeat())
            return
        # A banned client gets the same response: the host must have given others, and not this one many times.
        is_lost = outcome is Outcome.MISSING and response.meta.get(MAY_BE_LOST, False)
        rejection = Rejection(known.info_code, outcome.value, detail, parsed.payload, response.url, is_final=False)
        if search.has_next and outcome in TRY_NEXT:
            if outcome is Outcome.CHANGED_SHAPE:
                self.report_changed_article(surface.name, response, detail)
            yield self.next_request(search, f"{outcome.value}, {detail}", rejection, is_lost=is_lost)
            return
        self.note_outage(known)
        yield from self.without_body(known, search.result(detail, rejection), is_lost=is_lost and search.is_lost)

    def next_request(self, search: BodySearch, reason: str, rejection: Rejection | None, *, is_lost: bool) -> Request:
        """Return the request to the next surface, and count it."""
        following = search.next(reason, rejection, is_lost=is_lost)
        self.crawler.stats.inc_value(f"finews/fallback/{search.surface.name}")
        message = "%s: %s has no body (%s); requesting %s"
        self.logger.debug(message, search.known.info_code, search.surface.name, reason, following.surface.name)
        return self.body_request(following)

    def report_changed_article(self, surface: str, response: Response, detail: str) -> None:
        """Report a changed format that another surface may make good: the first one with a sample, many as a failure.

        A single response may be truncated; CHANGED_IN_A_ROW of them, without a readable one, are another format.
        """
        number = self.changed_in_a_row[surface] = self.changed_in_a_row.get(surface, 0) + 1
        if surface not in self.changed_reported:
            self.changed_reported.add(surface)
            sample = self.keep_sample(surface, response, Outcome.CHANGED_SHAPE)
            self.logger.warning("changed_shape: %s at %s (%s)%s", surface, response.url, detail, sample)
        if number == CHANGED_IN_A_ROW:
            count_failure(self.crawler.stats, FailureReason.CHANGED_SHAPE)
            message = "changed_shape: %s: %d articles in a row could not be read, and were requested elsewhere"
            self.logger.error(message, surface, number)

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
        search: BodySearch = request_of(failure).cb_kwargs["search"]
        reason, is_lost = describe(failure).text, is_gone(failure)
        if search.has_next and (is_lost or is_unreachable(failure)):
            yield self.next_request(search, reason, None, is_lost=is_lost)
            return
        if not isinstance(failure.value, ForbiddenByRobots):  # that lasts
            self.note_outage(search.known)
        yield from self.without_body(search.known, search.result(reason, None), is_lost=is_lost and search.is_lost)

    def note_outage(self, known: Article) -> None:
        """Take note of an article without a body, if the host that should have it is closed, or has given no other.

        A single article that cannot be had is not an outage: it would have the lists read back to it in every run.
        """
        surface = self.article_surfaces(known.info_code)[0]
        url = surface.url(self.hosts[surface.host_setting], known.info_code)
        host = extension_of(self.crawler, HostRegistry).of(url)
        if host.closed or not host.has_given:
            self.run_info.has_outage = True

    def without_body(self, known: Article, rejection: Rejection | None, *, is_lost: bool) -> Iterator[Any]:
        """Handle an article without a body: the next run requests it again.

        *rejection*: the response as a rejection, None without a response. *is_lost*: its source has no such
        article, as opposed to an error.
        """
        if rejection is None:
            self.count(Count.FAILED)
        else:
            yield rejection
