"""Records as JSON lines: one object a line, in UTF-8; plain, or compressed as a stream."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import IO, cast

from finews_crawler.articles.record import Record, as_json
from finews_crawler.exporters.exporter import Option, Snapshot, StreamExporter

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_LEVEL, ZSTD_LEVEL = 6, 9


def _plain(stream: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return nullcontext(stream)


def _gzip(stream: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    # Neither name nor time in its header: the same lines are the same bytes.
    return cast(AbstractContextManager[IO[bytes]], gzip.GzipFile("", "wb", GZIP_LEVEL, stream, mtime=0))


def _zstd(stream: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    return cast(AbstractContextManager[IO[bytes]], zstd.ZstdFile(stream, "w", level=ZSTD_LEVEL))


Compressor = Callable[[IO[bytes]], AbstractContextManager[IO[bytes]]]
COMPRESSORS: dict[str, tuple[str, Compressor]] = {"none": ("", _plain), "gzip": (".gz", _gzip), "zstd": (".zst", _zstd)}
"""By name: the suffix of a compressed file, and a stream that compresses into another."""


class JsonlExporter(StreamExporter):
    """``articles.jsonl``, one record a line."""

    name = "jsonl"
    files = tuple(f"articles.jsonl{suffix}" for suffix, _ in COMPRESSORS.values())
    options = (Option("compress", tuple(COMPRESSORS), "gzip", "compression", stream_default="none"),)

    @property
    def file_name(self) -> str:
        return f"articles.jsonl{COMPRESSORS[self.chosen['compress']][0]}"

    def write_stream(self, snapshot: Snapshot, stream: IO[bytes]) -> int:
        number = 0
        with COMPRESSORS[self.chosen["compress"]][1](stream) as lines:
            for record in snapshot.records():
                lines.write(json_line(record))
                number += 1
        return number


def json_line(record: Record) -> bytes:
    r"""Return a record as one line, without escapes for Chinese.

    >>> json_line({"title": "联通\u2028"})
    b'{"title": "\xe8\x81\x94\xe9\x80\x9a\xe2\x80\xa8"}\n'
    """
    return json.dumps(as_json(record), ensure_ascii=False).encode() + b"\n"
