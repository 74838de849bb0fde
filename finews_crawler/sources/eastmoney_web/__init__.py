"""Eastmoney's public web surfaces of today. They need no key, and have the articles of 2022's surfaces.

Source: upstream-today.md.
"""

from __future__ import annotations

import re

from finews_crawler.sources.eastmoney_web import pages, security, web_article
from finews_crawler.sources.eastmoney_web.ban_signs import ban_sign
from finews_crawler.sources.eastmoney_web.channels import CHANNELS
from finews_crawler.sources.source import Source

KEY = re.compile(r"NW[0-9]{18}")
"""The 18 digits of its URLs are the infoCode without the letters."""
PAGE_ALIASES = tuple(
    f"https://{name}.eastmoney.com" for name in ("stock", "fund", "hk", "global", "bond", "futures", "biz")
)
"""Hosts of the site's sections. They have the pages of finance.eastmoney.com, which redirects to them."""

SOURCE = Source(
    name="eastmoney_web",
    key=KEY,
    hosts={
        "FINEWS_ARTICLE_URL": "https://newsinfo.eastmoney.com",
        "FINEWS_COLUMNS_URL": "https://np-listapi.eastmoney.com",
        "FINEWS_FAST_URL": "https://np-weblist.eastmoney.com",
        "FINEWS_PAGE_URL": "https://finance.eastmoney.com",
        "FINEWS_FAST_JS_URL": "https://newsapi.eastmoney.com",
        "FINEWS_PC_URL": "https://eminfo.eastmoney.com",
    },
    aliases={"FINEWS_PAGE_URL": PAGE_ALIASES},
    lists=tuple(CHANNELS.values()),
    articles=(web_article.SURFACE, pages.ARTICLE),
    others=(security.SURFACE, pages.CATEGORY),
    ban_sign=ban_sign,
    mock="finews_crawler.testing.origin.eastmoney_web.add_routes",
)
