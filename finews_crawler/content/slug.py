"""The slug of an outlet. It is part of every category URL, so its rule must never change.

Source of the rule: xpinyin's default reading of each character, case kept, ``-`` removed, everything else unchanged.
"""

from __future__ import annotations

import re
from functools import lru_cache

from xpinyin import Pinyin

EMNEWS_SLUG = "emnews"
EMNEWS_TAG = "东财滚动新闻"
TAG_SUFFIX = "新闻"
"""The tag of an outlet's posts is its name with this suffix."""

# An outlet's name comes from upstream, and its slug becomes a file name and part of URLs. Characters that neither can
# contain (a colon fails Jekyll's build), and first characters of files that Jekyll ignores, become a hyphen, which no
# other slug has. No outlet seen so far has any of these.
UNSAFE = re.compile(r"""[/\\<>:"|?*%#{}\[\]^`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|^[._~]+""")
MAX_SLUG_BYTES = 200


@lru_cache(maxsize=1)
def _pinyin() -> Pinyin:
    return Pinyin()


@lru_cache(maxsize=4096)
def slug(media_name: str) -> str:
    """Return the slug of *media_name*: a safe file name of at most 200 bytes, never empty.

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
