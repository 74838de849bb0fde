"""The gzip members of a WARC file, one a record: found by one scan, and read one by one.

zlib checks the length and the sum at a member's end, so a member is whole or it is not.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

BLOCK = 1 << 16
GZIP = 16 + zlib.MAX_WBITS


class Damaged(ValueError):
    """A file is no sequence of gzip members, from some place on; the message says which file, and where."""


class Member(NamedTuple):
    """One member, and where in its file it lies."""

    offset: int
    end: int
    content: bytes
    """As it was before it was compressed."""


def members(path: Path) -> Iterator[Member]:
    """The whole members of *path*, from its beginning; the last may be cut off, which ends it too.

    One is in memory at a time. Raises OSError, and Damaged at what is neither a member nor the beginning of one.
    """
    with path.open("rb") as file:
        offset, ahead = 0, b""
        while True:
            try:
                read = _read_member(file, ahead)
            except zlib.error as error:
                if _is_empty(path, offset):
                    return
                raise Damaged(f"{path} is damaged, or no gzip, at byte {offset} ({error})") from error
            if read is None:
                return
            content, ahead = read
            end = file.tell() - len(ahead)
            yield Member(offset, end, content)
            offset = end


def member_at(path: Path, offset: int) -> bytes:
    """The content of the member at *offset*. Raises OSError, Damaged where none is there any more."""
    with path.open("rb") as file:
        file.seek(offset)
        try:
            read = _read_member(file, b"")
        except zlib.error:
            read = None
    if read is None:
        raise Damaged(f"{path}: no whole record at byte {offset}: the file was changed since it was opened")
    return read[0]


def _read_member(file: IO[bytes], ahead: bytes) -> tuple[bytes, bytes] | None:
    """The content of the member that begins with *ahead* and goes on in *file*, and what was read beyond it.

    None where the file ends before the member does. Raises zlib.error.
    """
    inflater, parts = zlib.decompressobj(GZIP), []
    while not inflater.eof:
        block = ahead or file.read(BLOCK)
        ahead = b""
        if not block:
            return None
        parts.append(inflater.decompress(block))
    return b"".join(parts), inflater.unused_data


def _is_empty(path: Path, offset: int) -> bool:
    """Whether nothing but zeros follows: a file that had grown when the power failed, before its bytes came to disk."""
    with path.open("rb") as file:
        file.seek(offset)
        return not any(block.strip(b"\0") for block in iter(lambda: file.read(BLOCK), b""))
