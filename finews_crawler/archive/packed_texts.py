"""Texts of one row, compressed together: the bodies of an article, and its plain text, are nearly the same text.

A value is one frame of Zstandard (RFC 8878), with the size and a checksum of its content: four numbers of 32 bits, the
lengths of the texts in characters, and then the texts in UTF-8. It can be read without anything else: a dictionary
would be smaller, but without it no row could be read.
"""

from __future__ import annotations

import threading
from struct import Struct
from typing import Any

import zstandard

LENGTHS = Struct("<4I")
LARGEST = 1 << 28
"""Bytes before compression. The largest response has 5 MB, and a row more than this cannot be written."""
LEVEL = 3
Texts = tuple[str, str, str, str]


class _Contexts(threading.local):
    """Compressor and decompressor of a thread, which must not share them.

    Those of Python's own module cannot be used again: on a virtual machine, to make one takes longer than to use it
    (``docs/performance.md``, "Zstandard in the index").
    """

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


CONTEXTS = _Contexts()


def pack(texts: Texts) -> bytes:
    """Compress *texts*. Raises ValueError for more than LARGEST bytes, and for text that UTF-8 cannot encode.

    >>> unpack(pack(("<p>甲</p>", "", "<p>甲</p>", "甲")))
    ('<p>甲</p>', '', '<p>甲</p>', '甲')
    """
    content = LENGTHS.pack(*map(len, texts)) + "".join(texts).encode()
    if len(content) > LARGEST:
        raise ValueError(f"bodies of {len(content)} bytes, more than {LARGEST}")
    return CONTEXTS.compress(content)


def unpack(value: Any) -> Texts:
    """Return the texts of a value. Raises as ``check_packed``."""
    text, first, second, third = check_packed(value)
    second += first
    third += second
    return text[:first], text[first:second], text[second:third], text[third:]


def unpack_last_two(value: Any) -> tuple[str, str]:
    """Return the last two texts of a value. Raises as ``check_packed``."""
    text, first, second, third = check_packed(value)
    start = first + second
    return text[start : start + third], text[start + third :]


def check_packed(value: Any) -> tuple[str, int, int, int]:
    """Return the texts of a value, joined, and the lengths of the first three.

    Raises TypeError, ValueError or ZstdError for a value that ``pack`` cannot have made.
    """
    if type(value) is not bytes:
        raise TypeError("another type in the place of compressed texts")
    if not LENGTHS.size <= zstandard.frame_content_size(value) <= LARGEST:
        raise ValueError("compressed texts of another size, or of none")
    content = CONTEXTS.decompress(value, allow_extra_data=False)
    text = str(memoryview(content)[LENGTHS.size :], "utf-8")
    first, second, third, fourth = LENGTHS.unpack_from(content)
    if first + second + third + fourth != len(text):
        raise ValueError("compressed texts of other lengths")
    return text, first, second, third
