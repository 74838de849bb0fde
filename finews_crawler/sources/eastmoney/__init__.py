"""Eastmoney Choice as the archive met it in 2021/22: rolling lists, a share page, an article as JSON."""

from __future__ import annotations

import re

from finews_crawler.sources.eastmoney import news_text, share_page
from finews_crawler.sources.eastmoney.ban_signs import ban_sign
from finews_crawler.sources.eastmoney.channels import CHANNELS
from finews_crawler.sources.source import Source

# News is NW; announcements are AN and research reports AP, under the same 18 digits.
KEY = re.compile(r"(?:AN|AP|NW)[0-9]{18}")

SOURCE = Source(
    name="eastmoney",
    key=KEY,
    hosts={
        # No default works: the share site has had no known user since 2022, and the channels were raw IP addresses.
        "FINEWS_SHARE_URL": "",
        "FINEWS_CHANNELS_URL": "",
        "FINEWS_MARKET_URL": "",
    },
    link=f"{{host}}{share_page.PATH}?infoCode={{info_code}}",
    lists=tuple(CHANNELS.values()),
    articles=(news_text.SURFACE,),
    ban_sign=ban_sign,
    mock="finews_crawler.testing.origin.eastmoney.add_routes",
)
