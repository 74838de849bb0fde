"""The archive's own site: home, category and month pages, a feed, and a page for each archived article."""

from __future__ import annotations

from finews_crawler.sources.eastmoney import KEY
from finews_crawler.sources.finews_site import pages
from finews_crawler.sources.finews_site.ban_signs import ban_sign
from finews_crawler.sources.source import Source

SOURCE = Source(
    name="finews_site",
    key=KEY,
    hosts={"FINEWS_ARCHIVE_URL": "http://finews.withounder.com"},
    others=(pages.POST,),
    ban_sign=ban_sign,
    mock="finews_crawler.testing.origin.finews_site.add_routes",
)
