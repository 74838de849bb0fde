"""Records as Parquet: one file a month of publication, in Hive-style folders, with a documented schema."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

from finews_crawler.articles.record import FIELDS, IMAGE_FIELDS, SCHEMA_VERSION, TICKER_FIELDS, Field, Kind, Record
from finews_crawler.exporters.exporter import Exporter, Requirement, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 2000
"""Rows of a row group: neither writer nor reader has to hold more of them in memory."""
FOLDER = "articles"
"""For the data alone: readers of a partitioned table read every file in its folder."""
FILE = "articles.parquet"


class ParquetExporter(Exporter):
    """``articles/month=2022-05/articles.parquet``; an export without records has one file with the columns."""

    name = "parquet"
    files = (f"{FOLDER}/{FILE}", f"{FOLDER}/month=*/{FILE}")
    requires = Requirement("pyarrow", extra="parquet")

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        written: dict[str, int] = {}
        for month, records in groupby(snapshot.records(), lambda record: f"month={record['day']:%Y-%m}"):
            name = f"{FOLDER}/{month}/{FILE}"
            written[name] = write_file(records, folder / name)
        return written or {f"{FOLDER}/{FILE}": write_file((), folder / FOLDER / FILE)}


@cache
def schema() -> pa.Schema:
    """Return the schema of every file: the columns of ``articles.record.FIELDS``, and their version as metadata."""
    import pyarrow as pa  # an extra

    types: dict[Kind, pa.DataType] = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.int64(),
        Kind.FLAG: pa.bool_(),
        Kind.MOMENT: pa.timestamp("ms", tz="Asia/Shanghai"),
        Kind.DAY: pa.date32(),
        Kind.TEXTS: pa.map_(pa.string(), pa.string()),
    }

    def columns(fields: Iterable[Field]) -> list[pa.Field]:
        return [pa.field(field.name, types[field.kind], nullable=field.is_nullable) for field in fields]

    for kind, fields in ((Kind.TICKERS, TICKER_FIELDS), (Kind.IMAGES, IMAGE_FIELDS)):
        types[kind] = pa.list_(pa.field("element", pa.struct(columns(fields)), nullable=False))
    return pa.schema(columns(FIELDS), metadata={"finews_schema_version": str(SCHEMA_VERSION)})


def write_file(records: Iterable[Record], path: Path) -> int:
    """Write *records* to *path*; return their number. Raises OSError, ValueError for None in a column without nulls."""
    import pyarrow as pa  # an extra
    import pyarrow.parquet as pq

    rows, number = iter(records), 0
    path.parent.mkdir(parents=True)
    with pq.ParquetWriter(path, schema(), compression="zstd", write_page_index=True) as writer:
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            writer.write_table(pa.Table.from_pylist(chunk, schema=schema()))
            number += len(chunk)
    return number
