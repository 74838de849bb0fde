"""The channels: rolling lists as JSON, newest rows first. Source: upstream.md, table "Channels"."""

from __future__ import annotations

from finews_crawler.sources.eastmoney.channel_list import parse_channel_list
from finews_crawler.sources.source import LIST_FIELDS, ListSurface

MAX_COUNT = 500
"""Rows that upstream has returned at most; the documented limit is 100."""

# Ranks by field. The archive was written from the lists, so they win. Only rolling has digests with a headline and
# public URLs, and it has no outlet: it wins these two and loses the outlet to every other surface.
MEDIA = {"title": 1, "published_at": 1, "media_name": 1, "digest": 2, "public_url": 2}
MARKET = {"title": 2, "published_at": 2, "media_name": 2, "digest": 3, "public_url": 3}
ROLLING = {"title": 3, "published_at": 3, "media_name": 5, "digest": 1, "public_url": 1}


def _channel(name: str, host_setting: str, path: str, list_key: str, precedence: dict[str, int]) -> ListSurface:
    return ListSurface(
        name=name,
        host_setting=host_setting,
        path=path,
        parse=parse_channel_list,
        list_key=list_key,
        gives=LIST_FIELDS,
        precedence=precedence,
    )


MARKET_PATH = "/information/newmarket/web/webapi?marketType={}&count={{count}}"
CHANNELS = {
    channel.name: channel
    for channel in (
        _channel("rolling", "FINEWS_CHANNELS_URL", "/web/webapi?type=102&count={count}&newsid=1", "records", ROLLING),
        _channel("media", "FINEWS_CHANNELS_URL", "/web/webapi?type=45&count={count}&newsid=1", "nodeList", MEDIA),
        *(
            _channel(f"market:{number}", "FINEWS_MARKET_URL", MARKET_PATH.format(number), "record", MARKET)
            for number in (37, 38, 39)
        ),
    )
}
