"""Records as JSON lines: one object a line, in UTF-8; plain, or compressed as a stream."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

from finews_crawler.articles.record import Record, as_json
from finews_crawler.exporters.exporter import Option, Snapshot, StreamExporter
from finews_crawler.utils.zstd import zstd

COMPRESSORS: dict[str, tuple[str, Callable[[IO[bytes]], AbstractContextManager[Any]]]] = {
    "none": ("", nullcontext),
    # Neither name nor time in its header: the same lines are the same bytes.
    "gzip": (".gz", lambda stream: gzip.GzipFile("", "wb", 6, stream, mtime=0)),
    "zstd": (".zst", lambda stream: zstd.ZstdFile(stream, "w", level=9)),
}
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
