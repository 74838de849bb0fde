"""Records as Parquet: one file a month of publication, in Hive-style folders, with a documented schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate, chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finews_crawler.articles.record import FIELDS, IMAGE_FIELDS, SCHEMA_VERSION, TICKER_FIELDS, Columns, Field, Kind
from finews_crawler.exporters.exporter import Exporter, Requirement, Snapshot

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 2000
"""Rows of a row group: neither writer nor reader has to hold more of them in memory."""
FOLDER = "articles"
"""For the data alone: readers of a partitioned table read every file in its folder."""
FILE = "articles.parquet"
PARTS = {Kind.TICKERS: TICKER_FIELDS, Kind.IMAGES: IMAGE_FIELDS}


class ParquetExporter(Exporter):
    """``articles/month=2022-05/articles.parquet``; an export without records has one file with the columns."""

    name = "parquet"
    files = (f"{FOLDER}/{FILE}", f"{FOLDER}/month=*/{FILE}")
    requires = Requirement("pyarrow", extra="parquet")

    def write(self, snapshot: Snapshot, folder: Path) -> dict[str, int]:
        written: dict[str, int] = {}
        parts = (part for page in snapshot.pages() for part in by_month(page))
        for month, of_month in groupby(parts, itemgetter(0)):
            name = f"{FOLDER}/month={month}/{FILE}"
            written[name] = write_file((part for _, part in of_month), folder / name)
        return written or {f"{FOLDER}/{FILE}": write_file((), folder / FOLDER / FILE)}


def by_month(page: Columns) -> Iterator[tuple[str, Columns]]:
    """Yield the records of each month of a page, with the month."""
    months = [f"{day:%Y-%m}" for day in page["day"]]
    for month, rows in groupby(range(len(months)), months.__getitem__):
        numbers = list(rows)
        part = slice(numbers[0], numbers[-1] + 1)
        yield month, {name: values[part] for name, values in page.items()}


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

    for kind, fields in PARTS.items():
        types[kind] = pa.list_(pa.field("element", pa.struct(columns(fields)), nullable=False))
    return pa.schema(columns(FIELDS), metadata={"finews_schema_version": str(SCHEMA_VERSION)})


def write_file(pages: Iterable[Columns], path: Path) -> int:
    """Write *pages* to *path*; return their number. Raises OSError, ValueError for None in a column without nulls."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    path.parent.mkdir(parents=True)
    with pq.ParquetWriter(path, schema(), compression="zstd", write_page_index=True) as writer:
        for group in groups(pages):
            writer.write_table(pa.Table.from_arrays(arrays_of(group), schema=schema()))
            number += len(group["info_code"])
    return number


def table_of(pages: Iterable[Columns]) -> pa.Table:
    """Return *pages* as one table in memory."""
    import pyarrow as pa

    tables = [pa.Table.from_arrays(arrays_of(group), schema=schema()) for group in groups(pages)]
    return pa.concat_tables(tables) if tables else schema().empty_table()


def arrays_of(group: Columns) -> list[pa.Array]:
    return [_array(group[field.name], field) for field in FIELDS]


def groups(pages: Iterable[Columns]) -> Iterator[Columns]:
    """Yield the records of *pages* in row groups."""
    waiting: Columns = {field.name: [] for field in FIELDS}
    for page in pages:
        for name, values in waiting.items():
            values.extend(page[name])
        while len(waiting["info_code"]) >= ROWS_AT_ONCE:
            yield {name: values[:ROWS_AT_ONCE] for name, values in waiting.items()}
            waiting = {name: values[ROWS_AT_ONCE:] for name, values in waiting.items()}
    if waiting["info_code"]:
        yield waiting


def _array(values: list[Any], field: Field) -> pa.Array:
    """Return a column as an array. Lists of objects are built by columns: pyarrow takes long for each object."""
    import pyarrow as pa

    of_type = schema().field(field.name).type
    if field.kind not in PARTS:
        return pa.array(values, of_type)
    offsets = pa.array(accumulate(map(len, values), initial=0), pa.int32())
    parts = list(chain.from_iterable(values))
    columns = [
        pa.array([part[column.name] for part in parts], of_type.value_type.field(column.name).type)
        for column in PARTS[field.kind]
    ]
    return pa.ListArray.from_arrays(
        offsets, pa.StructArray.from_arrays(columns, fields=list(of_type.value_type)), of_type
    )
