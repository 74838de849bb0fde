"""The media the origin quotes: every name whose slug has ever been awkward, and some plain ones."""

from __future__ import annotations

MEDIA = (
    "华龙网-新重庆客户端",  # a hyphen, and 重 read as zhong
    "上海证券报",  # its source line carries a board span on 证券
    "21世纪经济报道  南财理财通",  # two spaces
    "TechWeb",
    "长江商报",  # 长
    "36氪",
    "Techweb",  # differs from TechWeb in case only: one folder of posts, two category pages
    "21世纪经济报道 21财经APP",  # one space
    "重庆日报",
    "安信国际证券(香港)",  # parentheses, which also end a markdown link
    "成都商报",  # 都
    "界面新闻",
    "Career In 投行PEVC",  # spaces and Latin capitals
    "证券时报",
    "上海证券报·中国证券网",  # a middle dot, which stays in the slug
    "每日经济新闻",
    "首都建设报",
    "中国经营报",
    "e公司",
    "长沙晚报",
    "第一财经",
    "IPO日报",
    "财联社",
    "都市快报",
    "新京报",
    "重庆商报",
    "北京商报",
    "国际金融报",
    "中国基金报",
)


def media_name_for(index: int, seed: int) -> str:
    """Return the medium of article *index*; any 29 articles in a row name all 29 media.

    >>> media_name_for(0, 1)
    '上海证券报'
    >>> len({media_name_for(index, 7) for index in range(29)}) == len(MEDIA) == 29
    True
    """
    return MEDIA[(index * 7 + seed) % len(MEDIA)]
