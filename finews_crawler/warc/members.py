"""Splits files into records: gzip members, the records of an uncompressed file, and those of the files in a WACZ.

The members are split here and not by warcio's ArchiveIterator. That takes a member that is cut off or corrupt for a
record with a short payload, writes zlib's message to standard error, and does not report where the last whole
member ends, which is where the next run continues to write.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from finews_crawler.exceptions import CorruptWarc

BLOCK_SIZE = 1 << 16
GZIP = 16 + zlib.MAX_WBITS
GZIP_SIGN, ZIP_SIGN, WARC_SIGN = b"\x1f\x8b", b"PK", b"WARC/"
ARC_SIGN = b"filedesc://"
RECOMPRESS = "`warcio recompress OLD NEW.warc.gz` makes a file that can be read"
IN_WACZ = re.compile(r"archive/[^/]+\.warc(\.gz)?")
LOCAL_HEADER = struct.Struct("<26xHH")
"""Of a file in a ZIP: the lengths of its name and of the extra field, which precede its content."""
NOT_ZIP = (BadZipFile, NotImplementedError, ValueError, struct.error)
"""What zipfile raises for a ZIP that is cut off or damaged, and struct for an entry beyond the end of the file."""
LONGEST_LINE = 1 << 20
BLANK = 64
"""Bytes in which the line breaks after a block are looked for: four by the format, others write less or more."""
LENGTH = re.compile(rb"(?i)\ncontent-length:[ \t]*([0-9]+)[ \t]*\r?\n")


class Part(NamedTuple):
    """A WARC file: a whole one, or one in a WACZ."""

    path: Path
    start: int
    end: int
    """Offset of the byte after it."""


class Member(NamedTuple):
    """One record in a file: a gzip member (RFC 1952, 2.2), or the record itself in a file without gzip."""

    offset: int
    end: int
    """Offset of the byte after it."""
    content: bytes
    """Decompressed."""


def parts_of(path: Path) -> list[Part]:
    """Return the WARC files in *path*: itself, or those in a WACZ. Raises OSError and CorruptWarc."""
    with path.open("rb") as file:
        if not file.read(len(ZIP_SIGN)).startswith(ZIP_SIGN):
            return [Part(path, 0, path.stat().st_size)]
        try:
            entries = [entry for entry in ZipFile(file).infolist() if IN_WACZ.fullmatch(entry.filename)]
            parts = [_part_in_zip(path, file, entry) for entry in sorted(entries, key=lambda entry: entry.filename)]
        except NOT_ZIP as error:
            raise CorruptWarc(f"{path} is corrupt, or not WACZ ({error})") from error
    if not parts:
        raise CorruptWarc(f"{path} is a ZIP without archive/*.warc.gz, and so not WACZ")
    return parts


def _part_in_zip(path: Path, file: IO[bytes], entry: ZipInfo) -> Part:
    if entry.compress_type != ZIP_STORED:
        raise CorruptWarc(f"{path} has {entry.filename} compressed, against the format: unzip it, and name the files")
    file.seek(entry.header_offset)
    start = file.tell() + LOCAL_HEADER.size + sum(LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size)))
    return Part(path, start, start + entry.compress_size)


def members_of(part: Part) -> Iterator[Member]:
    """Yield the complete records of *part*; one is in memory at a time.

    Stops at a last one that is cut off, and at zeros up to the end. Raises OSError, and CorruptWarc at other data.
    """
    with part.path.open("rb") as file:
        file.seek(part.start)
        begin = file.read(len(ARC_SIGN))
    if begin == ARC_SIGN:
        raise CorruptWarc(f"{part.path} is ARC, not WARC: {RECOMPRESS}")
    yield from (_plain_members if begin.startswith(WARC_SIGN) else _gzip_members)(part)


def gzip_members(path: Path) -> Iterator[Member]:
    """Yield the complete gzip members of *path*, as ``members_of`` does."""
    return _gzip_members(Part(path, 0, path.stat().st_size))


def _gzip_members(part: Part) -> Iterator[Member]:
    path, offset, end = part
    with path.open("rb") as file:
        file.seek(offset)
        ahead = b""
        while True:
            try:
                decompressed = _decompress_member(lambda: file.read(min(BLOCK_SIZE, end - file.tell())), ahead)
            except zlib.error as error:
                if _is_zero(path, offset, end):
                    return
                raise CorruptWarc(f"{path} is corrupt, or not gzip, at byte {offset} ({error})") from error
            if decompressed is None:
                return
            content, ahead = decompressed
            yield Member(offset, file.tell() - len(ahead), content)
            offset = file.tell() - len(ahead)


def _decompress_member(read: Callable[[], bytes], ahead: bytes) -> tuple[bytes, bytes] | None:
    """Return content and surplus bytes of the member that starts with *ahead*; None if cut off. Raises zlib.error."""
    decompressor, parts = zlib.decompressobj(GZIP), []
    while not decompressor.eof:
        block = ahead or read()
        ahead = b""
        if not block:
            return None
        parts.append(decompressor.decompress(block))
    return b"".join(parts), decompressor.unused_data


def _is_zero(path: Path, start: int, end: int) -> bool:
    """Return True if only zeros follow: after a power failure a file may have its new length without its new bytes."""
    with path.open("rb") as file:
        file.seek(start)
        return not any(block.strip(b"\0") for block in iter(lambda: file.read(min(BLOCK_SIZE, end - file.tell())), b""))


def _plain_members(part: Part) -> Iterator[Member]:
    path, offset, end = part
    with path.open("rb") as file:
        while offset < end:
            file.seek(offset)
            header = _header(file)
            length = LENGTH.search(header)
            if header and length is None and not _is_zero(path, offset, end):
                raise CorruptWarc(f"{path} has no WARC record at byte {offset}")
            content = header + file.read(int(length[1]) if length else 0)
            if length is None or len(content) < len(header) + int(length[1]):
                return
            ahead = file.read(BLANK)
            stop = offset + len(content) + len(ahead) - len(ahead.lstrip(b"\r\n"))
            if stop > end:
                return
            yield Member(offset, stop, content + ahead[: stop - offset - len(content)])
            offset = stop


def _header(file: IO[bytes]) -> bytes:
    """Read a record up to its block; return b"" if it is cut off, and as much as there is of what has no end."""
    lines = [file.readline(LONGEST_LINE)]
    while lines[-1].strip() and lines[0].startswith(WARC_SIGN):
        lines.append(file.readline(LONGEST_LINE))
    return b"".join(lines) if lines[-1] else b""


class MemberReader:
    """Reads records again that ``members_of`` has yielded. Keeps the last file open: a run is in one or two."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._file: IO[bytes] | None = None

    def read(self, path: Path, offset: int, end: int, checksum: int) -> bytes:
        """Return the content of a member; *checksum*: its CRC-32 when it was read first.

        Raises OSError, and CorruptWarc if the file has changed since.
        """
        # By identity: the places of a file's records share its path, and Path compares by the parts.
        if self._path is not path or self._file is None:
            self.close()
            self._path, self._file = path, path.open("rb", buffering=0)
        with suppress(zlib.error):
            stored = os.pread(self._file.fileno(), end - offset, offset)
            content = stored if stored.startswith(WARC_SIGN) else zlib.decompress(stored, GZIP)
            if zlib.crc32(content) == checksum:
                return content
        raise CorruptWarc(f"{path} has another record, or none, at byte {offset}: it has changed since it was opened")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
