"""The archive's slug of a medium: part of every category address, so never to change.

Source of the rule: xpinyin's default reading of each character, case kept, ``-`` removed,
everything else left as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from xpinyin import Pinyin

EMNEWS_SLUG = "emnews"
EMNEWS_TAG = "东财滚动新闻"
TAG_SUFFIX = "新闻"
"""A medium's posts are tagged with its name and this."""

# A medium's name comes from upstream, and its slug becomes a file name and a part of addresses. What either cannot
# hold (a colon fails Jekyll's build), and a beginning for which Jekyll leaves a file out, becomes a hyphen, which no
# slug has otherwise. No medium seen so far has any of these.
UNSAFE = re.compile(r"""[/\\<>:"|?*%#{}\[\]^`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|^[._~]+""")
MAX_SLUG_BYTES = 200


@lru_cache(maxsize=1)
def _pinyin() -> Pinyin:
    return Pinyin()


@lru_cache(maxsize=4096)
def slug(media_name: str) -> str:
    """Return the slug of *media_name*.

    >>> slug("华龙网-新重庆客户端")
    'hualongwangxinzhongqingkehuduan'
    >>> slug("21世纪经济报道  南财理财通")
    '21shijijingjibaodao  nancailicaitong'
    >>> slug("安信国际证券(香港)"), slug("TechWeb"), slug("Techweb")
    ('anxinguojizhengquan(xianggang)', 'TechWeb', 'Techweb')
    >>> slug("../etc")
    '--etc'
    """
    reading: str = _pinyin().get_pinyin(media_name, "").replace("-", "")
    safe = UNSAFE.sub("-", reading) or "-"
    return safe.encode("utf-8", "replace")[:MAX_SLUG_BYTES].decode("utf-8", "ignore")
