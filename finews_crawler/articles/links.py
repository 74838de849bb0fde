"""URLs in posts."""

from __future__ import annotations

from typing import NamedTuple

from finews_crawler.content.link_url import is_link_url
from finews_crawler.items import Article
from finews_crawler.sources import link_to


class PostUrls(NamedTuple):
    """Hosts that posts link to. They stay the same when a crawl uses other hosts, so that posts keep their bytes."""

    share_url: str = "http://finews.zning.xyz"
    archive_url: str = "//finews.withounder.com"


def share_url_of(article: Article, addresses: PostUrls) -> str:
    """Return the public URL of an article, as in its post."""
    shared = link_to(article.info_code, addresses.share_url)
    public = article.public_url if is_link_url(article.public_url) else ""
    return shared if article.media_name else public or shared
