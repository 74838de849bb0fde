"""The channels: where each rolling list is and how its rows are spelt. Source: upstream.md, table "Channels"."""

from __future__ import annotations

from dataclasses import dataclass

MAX_COUNT = 500
"""Upstream gives up to 100 rows; 500 has worked."""


@dataclass(frozen=True)
class Channel:
    """One list of upstream."""

    name: str
    host_setting: str
    path: str
    query: str
    list_key: str

    def url(self, host: str, count: int) -> str:
        """The list's address on *host* for the newest *count* rows.

        >>> CHANNELS["media"].url("http://127.0.0.1:8000", 100)
        'http://127.0.0.1:8000/web/webapi?type=45&count=100&newsid=1'
        """
        return f"{host.rstrip('/')}{self.path}?{self.query.format(count=count)}"


def _market(number: int) -> Channel:
    path = "/information/newmarket/web/webapi"
    return Channel(
        f"market:{number}", "FINEWS_MARKET_URL", path, f"marketType={number}&count={{count}}", list_key="record"
    )


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("rolling", "FINEWS_CHANNELS_URL", "/web/webapi", "type=102&count={count}&newsid=1", list_key="records"),
        Channel("media", "FINEWS_CHANNELS_URL", "/web/webapi", "type=45&count={count}&newsid=1", list_key="nodeList"),
        _market(37),
        _market(38),
        _market(39),
    )
}
