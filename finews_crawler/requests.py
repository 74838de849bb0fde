"""A request that the run was told to leave out: no failure of upstream, and counted where it was left out."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class RequestSkipped(IgnoreRequest):
    """Nothing was asked, and nothing is to be told of it."""


INFO_CODE = "info_code"
"""The ``meta`` key of a request that leads to one article."""


LISTED = "listed"
"""The ``meta`` key of what a channel's list says of that article."""


REFETCH = "refetch"
"""The ``meta`` key that asks for an article even if it is held."""


class LimitReached(RequestSkipped):
    """The run has asked for as many articles as it was told to."""
