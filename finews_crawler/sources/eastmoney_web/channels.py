"""The channels of today: columns, and the 7×24 list in three forms. Source: upstream-today.md, "Lists"."""

from __future__ import annotations

from typing import NamedTuple

from finews_crawler.sources.eastmoney_web import columns, fast, fast_js, pc
from finews_crawler.sources.source import LIST_FIELDS, ListSurface

# Ranks by field, behind the lists of 2022, which the archive was written from. Of today's, only the 7×24 list has the
# digests of 2022's rolling list, which posts without an outlet quote.
COLUMNS = dict.fromkeys(LIST_FIELDS, 6)
FAST = {"title": 7, "published_at": 7, "digest": 5, "public_url": 5}
# A time of change gives way to all other times, even that of an archived page.
PC = {"title": 7, "published_at": 10, "digest": 7, "public_url": 7}


class Column(NamedTuple):
    """A column of the web site; *word* is its short name for ``-a channels=``."""

    number: int
    word: str
    title: str
    is_polled: bool = False

    @property
    def channel(self) -> str:
        return f"columns:{self.number}"


# Polled by default, with the 7×24 list: the columns in which news appear first. In a recorded page of 344, which is an
# editor's choice of all columns, every row belongs to 345, 348, 350, 353 or 354 (the number in its old URL, 1345). 349
# and 355 complete companies and industry, 351 and the two foreign markets have the outlets of the archive that write
# about nothing else, such as brokers on Hong Kong's shares. The others are commentary, a choice from the ones above, or
# one article a day, and cost a request each in every run.
COLUMNS_OF_TODAY = (
    Column(344, "daodu", "财经导读", is_polled=True),
    Column(345, "yaowen", "要闻精华", is_polled=True),
    Column(349, "gongsi", "沪深公司", is_polled=True),
    Column(350, "guonei", "国内经济", is_polled=True),
    Column(351, "guoji", "国际经济", is_polled=True),
    Column(352, "hongguan", "宏观"),
    Column(353, "zhengquan", "证券聚焦", is_polled=True),
    Column(354, "zixun", "公司资讯", is_polled=True),
    Column(355, "chanjing", "产经", is_polled=True),
    Column(371, "shiping", "时评"),
    Column(374, "guping", "股评"),
    Column(407, "dapan", "大盘"),
    Column(408, "bankuai", "板块"),
    Column(415, "gegu", "个股"),
    Column(421, "hangye", "行业"),
    Column(423, "zhuli", "主力"),
    Column(436, "meigu", "美股", is_polled=True),
    Column(437, "meigu", "美股"),
    Column(440, "meigu", "美股"),
    Column(532, "ganggu", "港股", is_polled=True),
    Column(535, "ganggu", "港股"),
    Column(583, "licai", "理财"),
    Column(670, "shangye", "商业"),
    Column(745, "tuisong", "推送"),
    Column(1207, "zaocan", "财经早餐"),
)


def _column(column: Column) -> ListSurface:
    return ListSurface(
        name=column.channel,
        host_setting="FINEWS_COLUMNS_URL",
        path=columns.PATH.format(column=column.number),
        parse=columns.parse_columns,
        gives=LIST_FIELDS,
        precedence=COLUMNS,
        is_polled=column.is_polled,
        max_count=columns.MAX_COUNT,
        first_page="1",
    )


_FAST = ListSurface(
    name="fast",
    host_setting="FINEWS_FAST_URL",
    path=fast.PATH,
    parse=fast.parse_fast,
    gives=fast.GIVES,
    precedence=FAST,
    max_count=fast.MAX_COUNT,
    volatile=fast.VOLATILE,
    page_before=fast.cursor_before,
)
# The same rows once more, in the forms of older programs: not polled by default, but of use where FAST is out of order.
_FAST_JS = ListSurface(
    name="fast_js",
    host_setting="FINEWS_FAST_JS_URL",
    path=fast_js.PATH,
    parse=fast_js.parse_fast_js,
    gives=fast.GIVES,
    precedence=FAST,
    is_polled=False,
    max_count=fast_js.MAX_COUNT,
    volatile=fast_js.VOLATILE,
    first_page="1",
    is_next_counted=True,
)
_PC = ListSurface(
    name="pc",
    host_setting="FINEWS_PC_URL",
    path=pc.PATH,
    parse=pc.parse_pc,
    gives=fast.GIVES,
    precedence=PC,
    is_polled=False,
    max_count=pc.MAX_COUNT,
    first_page="1",
    is_next_counted=True,
)
CHANNELS = {channel.name: channel for channel in (*map(_column, COLUMNS_OF_TODAY), _FAST, _FAST_JS, _PC)}


def _names() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = dict.fromkeys(("kuaixun", "7x24", "7×24"), ("fast",))
    for column in COLUMNS_OF_TODAY:
        for name in (column.word, column.title):
            names[name] = (*names.get(name, ()), column.channel)
    return names


NAMES = _names()
"""Other names of channels for ``-a channels=``, by pinyin or Chinese title: each with its channel, or its channels."""
