"""The channels of today: columns of the web site. Source: upstream-today.md, "Lists"."""

from __future__ import annotations

from finews_crawler.sources.eastmoney_web.columns import PATH, parse_columns
from finews_crawler.sources.source import LIST_FIELDS, ListSurface

# Behind the lists of 2022, which the archive was written from.
COLUMNS = dict.fromkeys(LIST_FIELDS, 6)

NAMES = {
    "daodu": ("columns:344", "财经导读"),
    "yaowen": ("columns:345", "要闻精华"),
    "gongsi": ("columns:349", "沪深公司"),
    "guonei": ("columns:350", "国内经济"),
    "guoji": ("columns:351", "国际经济"),
    "zhengquan": ("columns:353", "证券聚焦"),
    "chanjing": ("columns:355", "产经"),
}
"""Other names of channels for ``-a channels=``: each with its channel, and the column's title."""


def _column(number: int) -> ListSurface:
    return ListSurface(
        name=f"columns:{number}",
        host_setting="FINEWS_COLUMNS_URL",
        path=PATH.format(column=number),
        parse=parse_columns,
        gives=LIST_FIELDS,
        precedence=COLUMNS,
        max_count=200,
        first_page="1",
    )


CHANNELS = {channel.name: channel for channel in map(_column, (344, 345, 349, 350, 351, 353, 355))}
