"""Conditional requests for lists (If-None-Match, If-Modified-Since), so that an unchanged list is not sent again.

A subset of Scrapy's RFC 2616 policy: it caches lists only, and revalidates each cached list with the server.
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
"""Conditional request headers, and the validators of the cached response that they repeat."""
NOT_MODIFIED = 304
NOT_CACHEABLE = (
    *(f"finews/faults/{fault.value}" for fault in (FailureReason.BLOCKED, FailureReason.CHANGED_SHAPE)),
    "finews/lists/cut_off_repeated",
)
"""Stats of a run whose lists must not be cached."""


class ListCacheMiddleware(HttpCacheMiddleware):
    """Scrapy's middleware without its fallback to the cached list when a request fails."""

    writes = True  # a dry run leaves it out

    def process_request(self, request: Request) -> Request | Response | None:  # type: ignore[override]
        for name in CONDITIONS:  # left from the URL that redirected here, or from the previous attempt
            request.headers.pop(name, None)
        return super().process_request(request)

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status != NOT_MODIFIED or "cached_response" not in request.meta:
            return super().process_response(request, response)
        self.stats.inc_value("finews/lists/not_modified")
        # RFC 2616 updates the cached headers from the 304: its Content-Encoding would garble the cached body.
        cached = super().process_response(request, response.replace(headers={}))
        cached.flags.remove("cached")  # the host did respond: ban detection and back-off count this response
        return cached

    def process_exception(self, request: Request, exception: Exception) -> None:  # type: ignore[override]
        """Drop the cached list of a host that is down. Scrapy would return it as if the host had sent it."""
        request.meta.pop("cached_response", None)

    def spider_closed(self, spider: Spider) -> None:
        """Remove this run's lists from the cache after a ban, a changed format, or a list that was cut off.

        Otherwise a challenge page with a Last-Modified header would come back with each 304 until the list changes.
        """
        if any(map(self.stats.get_value, NOT_CACHEABLE)):
            self.storage.forget_this_run()
        super().spider_closed(spider)


class ListCachePolicy(RFC2616Policy):
    """Policy for lists: cache those with a validator, and revalidate them each time."""

    def should_cache_request(self, request: Request) -> bool:
        """Return True for lists. An article is fetched once, and robots.txt must be current."""
        is_other = INFO_CODE in request.meta or "dont_obey_robotstxt" in request.meta
        return request.method == "GET" and not is_other and super().should_cache_request(request)

    def should_cache_response(self, response: Response, request: Request) -> bool:
        """Return True for a list with an ETag, or with a Last-Modified earlier than Date.

        Source: RFC 9110, 8.8.2.2. A list that changes twice within the second of its Last-Modified would otherwise be
        reported as not modified. RFC 2616 also caches permanent redirects, for a year.
        """
        if response.status != 200 or not super().should_cache_response(response, request):
            return False
        modified, sent = (rfc1123_to_epoch(response.headers.get(name)) for name in ("Last-Modified", "Date"))
        is_older = modified is not None and sent is not None and modified < sent
        return is_older or bool(response.headers.get("ETag"))

    def is_cached_response_fresh(self, cachedresponse: Response, request: Request) -> bool:
        """Return False whatever max-age or Expires are: FINEWS_CHANNEL_MINUTES sets how often a list is polled.

        A 304 is cheap. The rolling lists have about a hundred rows: with a max-age that a proxy set too long, or one
        estimated from Last-Modified as RFC 2616 allows, news would be lost silently.
        """
        for condition, validator in CONDITIONS.items():
            if cachedresponse.headers.get(validator):
                request.headers[condition] = cachedresponse.headers[validator]
        return False

    def is_cached_response_valid(self, cachedresponse: Response, response: Response, request: Request) -> bool:
        """Return True for a 304. RFC 2616 also allows the cached list instead of a server error."""
        return response.status == NOT_MODIFIED
