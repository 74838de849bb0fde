"""A request that the run was told to leave out: no failure of upstream, and counted where it was left out."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class LeftOut(IgnoreRequest):
    """Nothing was asked, and nothing is to be told of it."""
