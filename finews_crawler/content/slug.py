"""The slug of an outlet. It is part of every category URL, so its rule must never change.

Source of the rule: xpinyin's default reading of each character, case kept, ``-`` removed, everything else unchanged.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xpinyin import Pinyin

EMNEWS_SLUG = "emnews"
EMNEWS_TAG = "东财滚动新闻"
TAG_SUFFIX = "新闻"
"""The tag of an outlet's posts is its name with this suffix."""


@lru_cache(maxsize=1)
def _pinyin() -> Pinyin:
    from xpinyin import Pinyin

    return Pinyin()


@lru_cache(maxsize=4096)
def slug(media_name: str) -> str:
    """Return the slug of *media_name*: a safe name (see ``safe_name``), in which hyphens stand for unsafe characters.

    >>> slug("华龙网-新重庆客户端")
    'hualongwangxinzhongqingkehuduan'
    >>> slug("21世纪经济报道  南财理财通")
    '21shijijingjibaodao  nancailicaitong'
    >>> slug("安信国际证券(香港)"), slug("TechWeb"), slug("Techweb")
    ('anxinguojizhengquan(xianggang)', 'TechWeb', 'Techweb')
    >>> slug("../etc"), slug("robots.txt")
    ('--etc', 'robots-txt')
    """
    from finews_crawler.content.safe_names import safe_name  # most who import this need only the names above

    made = safe_name(_reading(media_name))
    return f"{made}-" if made == EMNEWS_SLUG else made  # the rolling list's own


def has_unsafe_name(media_name: str) -> bool:
    """Return True if the slug of *media_name* is not its reading, because that is not a safe name.

    >>> has_unsafe_name("华龙网-新重庆客户端"), has_unsafe_name("robots.txt")
    (False, True)
    """
    return slug(media_name) != _reading(media_name)


def _reading(media_name: str) -> str:
    reading: str = _pinyin().get_pinyin(media_name, "")
    return reading.replace("-", "")
