"""``finews crawl security``: the news of single securities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources.eastmoney_web.security import SURFACE, security_list
from finews_crawler.sources.eastmoney_web.symbols import market_codes
from finews_crawler.spiders.arguments import read_words
from finews_crawler.spiders.channel_arguments import ListArguments
from finews_crawler.spiders.list_reader import ListReader
from finews_crawler.spiders.list_spider import ListSpider


@dataclass(frozen=True)
class SecurityArguments(ListArguments):
    """``symbol``: one or several, separated by commas."""

    EXAMPLE = "finews crawl security -a symbol=600050.SH,00700.HK,NIO.US"

    symbol: tuple[str, ...] = ()

    @classmethod
    def read(cls, given: Mapping[str, str]) -> dict[str, object]:
        symbols = read_words(given, "symbol")
        if not symbols:
            raise ArgumentError("give symbol=…")
        for symbol in symbols:
            try:
                market_codes(symbol)
            except ValueError as error:
                raise ArgumentError(f"symbol {error}") from None
        return {**super().read(given), "symbol": tuple(symbols)}

    def needed_settings(self) -> tuple[str, ...]:
        return (SURFACE.host_setting,)


class SecuritySpider(ListSpider):
    """Reads the list of each security as the channel spider reads a channel: its newest rows, or back to a day."""

    name = "security"
    arguments_class = SecurityArguments
    arguments: SecurityArguments

    def readers(self) -> list[ListReader]:
        # A symbol of the United States may be on one of three exchanges, and has a list for each.
        codes = {code: symbol for symbol in self.arguments.symbol for code in market_codes(symbol)}
        return [ListReader(f"security {symbol} ({code})", security_list(code)) for code, symbol in codes.items()]
