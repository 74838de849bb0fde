"""infoCode: the key of an article, normalised where it enters the program.

Source of the rule: rows of ``rolling`` have an ``id`` of 18 digits, all other sources ``NW`` and the same digits; both
identify the same article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import overload
from urllib.parse import unquote

from finews_crawler.exceptions import InvalidInfoCode

INFO_CODE = re.compile(r"[A-Z]{2}[0-9]{18}", re.ASCII)
LENGTH = 20
"""Characters of an infoCode."""
BARE_DIGITS = re.compile(r"[0-9]{18}", re.ASCII)
# In a URL, the most specific first: ?infoCode=NW…, then …/NW….html or ?id=NW…, then …/a/<18 digits>.html. The
# lookarounds reject a code inside a longer run of digits and letters.
IN_URL = tuple(
    re.compile(pattern, re.ASCII | re.IGNORECASE)
    for pattern in (
        r"[?&]infoCode=((?:[A-Z]{2})?[0-9]{18})(?![0-9A-Z])",
        r"(?<![0-9A-Z])([A-Z]{2}[0-9]{18})(?![0-9A-Z])",
        r"(?<![0-9A-Z])([0-9]{18})(?![0-9A-Z])",
    )
)


def normalise_info_code(value: object) -> str:
    """Return the normal form of an infoCode: two capitals and 18 digits. Raises InvalidInfoCode.

    >>> normalise_info_code("NW202205262391921712")
    'NW202205262391921712'
    >>> normalise_info_code(202205262391921712)
    'NW202205262391921712'
    >>> normalise_info_code(" nw202205262391921712 ")
    'NW202205262391921712'
    >>> normalise_info_code("../NW202205262391921712")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.InvalidInfoCode: not an infoCode: '../NW202205262391921712'
    """
    if type(value) is str and INFO_CODE.fullmatch(value):
        return value
    text = str(value).strip()
    text = text.upper() if text.isascii() else text
    if BARE_DIGITS.fullmatch(text):
        return f"NW{text}"
    if INFO_CODE.fullmatch(text):
        return text
    raise InvalidInfoCode(f"not an infoCode: {str(value)[:80]!r}")


def rolling_id(info_code: str) -> str:
    """Return the 18 digits, the form of the key in the ``rolling`` channel and in the file names of its posts."""
    return info_code[2:]


@lru_cache(maxsize=64)  # a response is checked for a ban and for its article
def info_code_in_url(url: str) -> str | None:
    """Return the infoCode in a share, public or post URL, or None.

    >>> info_code_in_url("http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202205182383638060")
    'NW202205182383638060'
    >>> info_code_in_url("http://finance.eastmoney.com/a/202205262391921712.html")
    'NW202205262391921712'
    >>> info_code_in_url("http://finews.zning.xyz/") is None
    True
    """
    text = unquote(url)
    for pattern in IN_URL:
        if found := pattern.search(text):
            return normalise_info_code(found[1])
    return None


class InfoCodes(Sequence[str]):
    """A long list of infoCodes, in their normal form, in 20 bytes each; in a tuple they take 88.

    >>> codes = InfoCodes(["NW202205262391921712", "AN202205182383638060"])
    >>> list(codes), codes[-1], len(codes)
    (['NW202205262391921712', 'AN202205182383638060'], 'AN202205182383638060', 2)
    """

    def __init__(self, codes: Iterable[str] = ()) -> None:
        self._joined = "".join(codes)

    def __len__(self) -> int:
        return len(self._joined) // LENGTH

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> InfoCodes: ...
    def __getitem__(self, place: int | slice) -> str | InfoCodes:
        if isinstance(place, slice):
            return InfoCodes(map(self.__getitem__, range(*place.indices(len(self)))))
        start = range(0, len(self._joined), LENGTH)[place]
        return self._joined[start : start + LENGTH]

    def __eq__(self, other: object) -> bool:
        return self._joined == other._joined if isinstance(other, InfoCodes) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._joined)
