"""Decoding of upstream's bytes into text that can always be encoded as UTF-8 again."""

from __future__ import annotations

import codecs
import re

BOMS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Sequences of three or four bytes, which Chinese text has, and of two bytes, which GB18030 also has by chance.
UTF8_SEQUENCE = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})[\x80-\xbf]|([\xc2-\xdf][\x80-\xbf])")
ASCII = bytes(range(128))
SAMPLE = 16_384
"""Bytes on each side of the first invalid one that decide the encoding."""
LINE_BREAKS_AND_TABS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")


def decode_bytes(body: bytes) -> str:
    """Decode a response body regardless of its headers. Never raises: undecodable bytes become U+FFFD.

    Valid UTF-8 is UTF-8. Anything else is UTF-8 or GB18030 (a superset of GBK), the encodings that upstream uses, with
    damaged characters: the one that explains more of the bytes. A damaged byte costs the character that it is in.

    >>> decode_bytes("中国联通".encode("gbk"))
    '中国联通'
    >>> decode_bytes("中国联通，".encode("gbk")[:-1] + b'"')
    '中国联通\ufffd"'
    >>> decode_bytes(b"\\xef\\xbb\\xbf{}")
    '{}'
    """
    for bom, encoding in BOMS.items():
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        # Invalid only in the last character: truncated UTF-8, not GB18030.
        if error.start >= len(body) - 3 and error.reason == "unexpected end of data":
            return body[: error.start].decode("utf-8")
        # Imported here: it builds tables of characters, and damaged text is rare.
        from finews_crawler.content.gb18030 import decode_gb18030, plausibility

        sample = _sample(body, error.start)
        is_utf8 = _utf8_share(sample) > plausibility(sample)
        return body.decode("utf-8", "replace") if is_utf8 else decode_gb18030(body)


def _sample(body: bytes, middle: int) -> bytes:
    """Return the bytes around *middle*, from a quotation mark or tag on: GB18030 must be read from a boundary."""
    earliest = max(0, middle - SAMPLE)
    start = max(body.find(b'"', earliest, middle), body.find(b"<", earliest, middle), 0) if earliest else 0
    return body[start : middle + SAMPLE]


def _utf8_share(body: bytes) -> float:
    """Return the share of the bytes above ASCII that are in valid UTF-8 sequences; those of two bytes count half."""
    weights = (len(found[0]) if found[1] is None else 1 for found in UTF8_SEQUENCE.finditer(body))
    return sum(weights) / len(body.translate(None, ASCII))


def replace_lone_surrogates(text: str) -> str:
    r"""Replace lone surrogates, which JSON allows but UTF-8 cannot encode, by U+FFFD.

    >>> replace_lone_surrogates("\ud83d x")
    '\ufffd x'
    """
    try:
        text.encode()  # three times as fast as a search for them
    except UnicodeEncodeError:
        return LONE_SURROGATE.sub("\ufffd", text)
    return text


def one_line(text: str) -> str:
    r"""Return a title or outlet as one line: line breaks and tabs become a space, other control characters are removed.

    >>> one_line(" 一\n二\x00三 ")
    '一 二三'
    """
    if text.isprintable():  # as nearly all are
        return text.strip()
    return CONTROL_CHARACTERS.sub("", LINE_BREAKS_AND_TABS.sub(" ", replace_lone_surrogates(text))).strip()
