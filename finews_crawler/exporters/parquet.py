"""Records as Parquet: a file a month of publication, in folders as Hive names them, with a schema that is documented.

A row group holds some thousand articles, so that neither writer nor reader needs more than that at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from finews_crawler.articles.record import (
    FIELDS,
    IMAGE_FIELDS,
    SCHEMA_VERSION,
    TICKER_FIELDS,
    Field,
    Kind,
    Record,
)

ROWS_AT_ONCE = 2000
FOLDER = "articles"
"""For the data alone: who reads a folder as one table takes every file in it for a part."""
FILE = "articles.parquet"
MONTH = "month={:%Y-%m}"


def _struct(fields: Iterable[Field]) -> Any:
    return pa.struct([_field(field) for field in fields])


def _field(field: Field) -> Any:
    return pa.field(field.name, TYPES[field.kind], nullable=field.is_nullable)


TYPES: dict[Kind, Any] = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.int64(),
    Kind.FLAG: pa.bool_(),
    Kind.MOMENT: pa.timestamp("ms", tz="Asia/Shanghai"),
    Kind.DAY: pa.date32(),
    Kind.TEXTS: pa.map_(pa.string(), pa.string()),
}
TYPES[Kind.TICKERS] = pa.list_(pa.field("element", _struct(TICKER_FIELDS), nullable=False))
TYPES[Kind.IMAGES] = pa.list_(pa.field("element", _struct(IMAGE_FIELDS), nullable=False))
SCHEMA = pa.schema([_field(field) for field in FIELDS], metadata={"finews_schema_version": str(SCHEMA_VERSION)})


def write_parquet(records: Iterable[Record], folder: Path) -> dict[str, int]:
    """Write *records*, which are in order of publication, below *folder*; the files, and how many each holds."""
    written: dict[str, int] = {}
    for month, of_month in groupby(records, lambda record: MONTH.format(record["day"])):
        _write_part(folder, f"{FOLDER}/{month}/{FILE}", of_month, written)
    if not written:  # a reader is to find the columns, if no rows
        _write_part(folder, f"{FOLDER}/{FILE}", (), written)
    return written


def _write_part(folder: Path, name: str, records: Iterable[Record], written: dict[str, int]) -> None:
    (folder / name).parent.mkdir(parents=True)
    written[name] = _write_month(records, folder / name)


def _write_month(records: Iterable[Record], path: Path) -> int:
    number = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", write_page_index=True) as writer:
        for chunk in _chunks(records):
            writer.write_table(pa.Table.from_pylist(chunk, schema=SCHEMA))
            number += len(chunk)
    return number


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, ROWS_AT_ONCE)):
        yield chunk
