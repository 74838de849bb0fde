"""Records as JSON lines: one object a line, in UTF-8; plain, or compressed as a stream."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import IO, Any

import zstandard

from finews_crawler.articles.record import FIELDS, Columns, Field, Kind, Record, as_json
from finews_crawler.exporters.exporter import Option, Snapshot, StreamExporter

COMPRESSORS: dict[str, tuple[str, Callable[[IO[bytes]], AbstractContextManager[Any]]]] = {
    "none": ("", nullcontext),
    # Neither name nor time in its header: the same lines are the same bytes.
    "gzip": (".gz", lambda stream: gzip.GzipFile("", "wb", 6, stream, mtime=0)),
    "zstd": (".zst", lambda stream: zstandard.ZstdCompressor(level=9).stream_writer(stream, closefd=False)),
}
"""By name: the suffix of a compressed file, and a stream that compresses into another."""

to_json = json.JSONEncoder(ensure_ascii=False).encode
LINE = "{" + ", ".join(f"{to_json(field.name)}: %s" for field in FIELDS) + "}\n"
BREAKS = "\x85\u2028\u2029"
"""Line breaks to some readers of lines (Node's readline, Python's splitlines), which JSON may have within a text."""
LINE_BREAKS = {ord(character): f"\\u{ord(character):04x}" for character in BREAKS}


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
            for page in snapshot.pages():
                for line in json_lines(page):
                    lines.write(line)
                number += len(page["info_code"])
        return number


def json_line(record: Record) -> bytes:
    r"""Return a record as one line, without escapes for Chinese.

    >>> json_line({"title": "联通\u2028"}).decode() == '{"title": "联通\\u2028"}\n'
    True
    """
    return on_one_line(to_json(as_json(record))).encode() + b"\n"


def on_one_line(text: str) -> str:
    """Return JSON with escapes for the line breaks that it may have within a text."""
    return text.translate(LINE_BREAKS) if any(map(text.__contains__, BREAKS)) else text


def json_lines(page: Columns) -> Iterator[bytes]:
    """Yield the lines of the records of *page*, as ``json_line`` gives them."""
    columns = (_json_column(page[field.name], field) for field in FIELDS)
    return map(str.encode, map(on_one_line, map(LINE.__mod__, zip(*columns, strict=True))))


def _json_column(values: list[Any], field: Field) -> Iterable[str]:
    match field.kind:
        case Kind.TEXT:
            return map(to_json, values)
        case Kind.NUMBER:
            return ["null" if value is None else f"{value}" for value in values]
        case Kind.FLAG:
            return ["true" if value else "false" for value in values]
        case Kind.MOMENT | Kind.DAY:
            return each_once(values, lambda value: "null" if value is None else f'"{value.isoformat()}"')
        case _:
            return each_once(values, to_json)


def each_once(values: list[Any], encode: Callable[[Any], str]) -> list[str]:
    """Encode each object once: records with equal values may share one."""
    texts = {key: encode(value) for key, value in {id(value): value for value in values}.items()}
    return [texts[id(value)] for value in values]
