"""A list that has not changed is not sent again: lists are asked for with If-None-Match and If-Modified-Since.

Scrapy's HTTP cache by RFC 2616, narrowed: for lists alone, and never instead of asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.httpcache import HttpCacheMiddleware
from scrapy.extensions.httpcache import RFC2616Policy, rfc1123_to_epoch

from finews_crawler.requests import INFO_CODE
from finews_crawler.stats import FailureReason

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response

CONDITIONS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
"""Headers of a request, and the validators of the kept answer that they take up."""
NOT_MODIFIED = 304
SPOILT = (FailureReason.BLOCKED, FailureReason.CHANGED_SHAPE)


class ListCacheMiddleware(HttpCacheMiddleware):
    """Scrapy's middleware, in which a failure stays a failure. Its hooks get no ``spider`` any more."""

    def process_request(self, request: Request) -> Request | Response | None:  # type: ignore[override]
        for name in CONDITIONS:  # of the address that redirected here, or of the try before
            request.headers.pop(name, None)
        return super().process_request(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status != NOT_MODIFIED or "cached_response" not in request.meta:
            return super().process_response(request, response)
        self.stats.inc_value("finews/lists/not_modified")
        # What a 304 says of a body is not said of the kept one: a Content-Encoding of its own would garble it.
        answer = super().process_response(request, response.replace(headers={}))
        answer.flags.remove("cached")  # the host did answer, just now: for those who watch how it does
        return answer

    def process_exception(self, request: Request, exception: Exception) -> None:  # type: ignore[override]
        """A host that is down gave no list; Scrapy would hand on the kept one as if it had."""
        request.meta.pop("cached_response", None)

    def spider_closed(self, spider: Spider) -> None:
        """After a refusal or a new shape nothing that this run was given is kept: a challenge page that bears
        Last-Modified would else come back by a 304 for as long as the list itself does not change."""
        if any(self.stats.get_value(f"finews/faults/{fault.value}") for fault in SPOILT):
            self.storage.forget_this_run()
        super().spider_closed(spider)


class ListCachePolicy(RFC2616Policy):
    """What is kept, and when it holds."""

    def should_cache_request(self, request: Request) -> bool:
        """An article is asked for once, so there is nothing to save; robots.txt is to be today's."""
        is_other = INFO_CODE in request.meta or "dont_obey_robotstxt" in request.meta
        return request.method == "GET" and not is_other and super().should_cache_request(request)

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Only a list itself: RFC 2616 would keep permanent redirects as well, and for a year."""
        return response.status == 200 and super().should_cache_response(response, request) and has_validator(response)

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Never: the server is asked each time, whatever max-age or Expires it gave.

        A run is there to see what is new, and FINEWS_CHANNEL_MINUTES says how often; a 304 costs next to nothing. The
        rolling lists hold some hundred rows: a max-age set too long by somebody in between, or guessed from
        Last-Modified as RFC 2616 allows, would lose news without a word.
        """
        for condition, validator in CONDITIONS.items():
            if cachedresponse.headers.get(validator):
                request.headers[condition] = cachedresponse.headers[validator]
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """Only when the server says so; RFC 2616 allows a kept list in the place of a server's error, too."""
        return response.status == NOT_MODIFIED


def has_validator(response: Response) -> bool:
    """Whether the server can tell this list from the next: by an ETag, or by a Last-Modified that lies before its Date.

    A list that changed again within the second of its Last-Modified would be "not modified" (RFC 9110, 8.8.2.2).
    """
    if response.headers.get("ETag"):
        return True
    modified, sent = (rfc1123_to_epoch(response.headers.get(name)) for name in ("Last-Modified", "Date"))
    return modified is not None and sent is not None and modified < sent
