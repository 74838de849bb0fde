"""Decoding of upstream's bytes into text that can always be encoded as UTF-8 again."""

from __future__ import annotations

import codecs
import re

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Bytes are UTF-8 if this decoding has more than this number of non-ASCII characters for each invalid sequence.
GOOD_FOR_EACH_BAD = 8
LINE_BREAKS_AND_TABS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def decode_bytes(body: bytes) -> str:
    """Decode a response body regardless of its headers. Never raises: undecodable bytes become U+FFFD.

    Valid UTF-8 is UTF-8; anything else is GB18030 (a superset of GBK), the other encoding that upstream uses.

    >>> decode_bytes("中国联通".encode("gbk"))
    '中国联通'
    >>> decode_bytes(b"\\xef\\xbb\\xbf{}")
    '{}'
    """
    for bom, encoding in BOMS.items():
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_invalid_utf8(body, error)


def _decode_invalid_utf8(body: bytes, error: UnicodeDecodeError) -> str:
    # Invalid only in the last character: truncated UTF-8, not GB18030.
    if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
        return body[: error.start].decode("utf-8")
    # UTF-8 with a few split characters (upstream truncates digests by bytes) is still UTF-8. GB18030 decoded as UTF-8
    # is invalid nearly everywhere.
    as_utf8 = body.decode("utf-8", "replace")
    if len(NOT_ASCII.findall(as_utf8)) > GOOD_FOR_EACH_BAD * as_utf8.count("\ufffd"):
        return as_utf8
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError:
        return as_utf8


def replace_lone_surrogates(text: str) -> str:
    r"""Replace lone surrogates, which JSON allows but UTF-8 cannot encode, by U+FFFD.

    >>> replace_lone_surrogates("\ud83d x")
    '\ufffd x'
    """
    return LONE_SURROGATE.sub("\ufffd", text)


def one_line(text: str) -> str:
    r"""Return a title or outlet as one line: line breaks and tabs become a space, other control characters are removed.

    >>> one_line(" 一\n二\x00三 ")
    '一 二三'
    """
    return CONTROL_CHARACTERS.sub("", LINE_BREAKS_AND_TABS.sub(" ", replace_lone_surrogates(text))).strip()
