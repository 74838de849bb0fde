"""The URLs that posts name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostUrls:
    """The hosts that posts name: the archive's own, whatever host the crawl goes through."""

    share_url: str = "http://finews.zning.xyz"
    archive_url: str = "//finews.withounder.com"
