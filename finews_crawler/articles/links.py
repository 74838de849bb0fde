"""URLs in posts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PostUrls:
    """Hosts that posts link to. They stay the same when a crawl uses other hosts, so that posts keep their bytes."""

    share_url: str = "http://finews.zning.xyz"
    archive_url: str = "//finews.withounder.com"
