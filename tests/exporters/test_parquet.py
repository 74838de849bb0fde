"""The Parquet export, read by DuckDB, pandas and pyarrow; and its schema as documented."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet
import pytest

from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.articles.links import PostUrls
from finews_crawler.articles.record import FIELDS, IMAGE_FIELDS, SCHEMA_VERSION, TICKER_FIELDS, columns_of
from finews_crawler.exporters.parquet import ParquetExporter, schema, write_file
from tests.exporters.export_archives import FIRST, K_LINE, archive_in, article, records, store
from tests.support.paths import ROOT

MONTHS = 3
DAILY = """SELECT day, count(*) FROM read_parquet('{}/articles/*/*.parquet')
    WHERE list_contains(list_transform(tickers, lambda ticker: ticker.symbol), '600050.SH') GROUP BY day ORDER BY day"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Return the folder of an export of three months, and its records."""
    folder = tmp_path_factory.mktemp("parquet")
    archive = archive_in(folder / "data")
    month = timedelta(days=31)
    for at in range(9):
        store(
            archive, article(at, published_at=FIRST + month * (at % MONTHS), text_html=K_LINE * (at % 2) + "<p>甲</p>")
        )
    found = records(archive)
    (folder / "export").mkdir()
    with open_snapshot(archive.index, ExportQuery()) as snapshot:
        files = ParquetExporter(PostUrls()).write(snapshot, folder / "export")
    archive.close()
    (folder / "export/manifest.json").write_text("{}", encoding="utf-8")  # as in every export folder
    assert files == {f"articles/month=2022-0{5 + at}/articles.parquet": 3 for at in range(MONTHS)}
    return folder / "export", found


def test_duckdb_counts_articles_by_day(written: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, found = written
    counts = dict(duckdb.sql(DAILY.format(folder)).fetchall())
    assert counts == Counter(record["day"] for record in found if record["tickers"])
    assert sum(counts.values()) == 4


def test_pandas_and_pyarrow_read_the_records(written: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, found = written
    frame = pandas.read_parquet(folder / "articles")
    assert list(frame["info_code"]) == [record["info_code"] for record in found]
    assert list(frame["published_at"]) == [pandas.Timestamp(record["published_at"]) for record in found]
    assert list(frame["month"].unique()) == ["2022-05", "2022-06", "2022-07"]
    table = pyarrow.dataset.dataset(folder / "articles", partitioning="hive").to_table().drop_columns(["month"])
    for row, record in zip(table.to_pylist(), found, strict=True):
        assert {**row, "origins": dict(row["origins"])} == record


def test_every_file_has_the_schema_and_its_version(written: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, _ = written
    written_schema = pyarrow.parquet.read_schema(folder / "articles/month=2022-05/articles.parquet")
    assert written_schema.equals(schema())
    assert written_schema.metadata == {b"finews_schema_version": str(SCHEMA_VERSION).encode()}


def documented(heading: str) -> list[tuple[str, str, bool]]:
    """Return the fields in the table under a heading of the document: name, type, and True if it may be null."""
    text = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")
    _, _, section = text.partition(f"\n{heading}\n")
    table = re.match(r".*?(\n\|.*?)\n(?!\|)", f"{section}\n", re.DOTALL)
    assert table, heading
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| (yes|no) \|", table[1], re.MULTILINE)
    return [(name, kind.strip(), null == "yes") for name, kind, null in rows]


def in_file(fields: Any) -> list[tuple[str, str, bool]]:
    """Return the same of a schema; nested fields have their own tables."""
    plain = {"int64": "number", "string": "text", "bool": "true or false", "date32[day]": "day"}
    plain["timestamp[ms, tz=Asia/Shanghai]"] = "timestamp"
    nested = {"tickers": "list of tickers", "images": "list of images", "origins": "object of texts"}
    return [
        (field.name, nested.get(field.name, plain.get(str(field.type), str(field.type))), field.nullable)
        for field in fields
    ]


def test_the_documented_schema_is_the_schema_of_the_files(written: tuple[Path, list[dict[str, Any]]]) -> None:
    in_month = pyarrow.parquet.read_schema(written[0] / "articles/month=2022-05/articles.parquet")
    assert documented("## Fields") == in_file(in_month)
    for name, heading, fields in (
        ("tickers", "## Tickers", TICKER_FIELDS),
        ("images", "## Images", IMAGE_FIELDS),
    ):
        struct = in_month.field(name).type.value_type
        assert documented(heading) == in_file([struct.field(at) for at in range(struct.num_fields)])
        assert [field.name for field in fields] == [name for name, _, _ in documented(heading)]
    assert [field.name for field in FIELDS] == [name for name, _, _ in documented("## Fields")]
    assert f"schema version {SCHEMA_VERSION}" in (ROOT / "docs" / "records.md").read_text(encoding="utf-8").lower()


def test_an_export_without_records_has_the_columns(tmp_path: Path) -> None:
    archive = archive_in(tmp_path / "data")
    store(archive, article(1))
    with open_snapshot(archive.index, ExportQuery(since=date(2030, 1, 1))) as snapshot:
        assert ParquetExporter(PostUrls()).write(snapshot, tmp_path) == {"articles/articles.parquet": 0}
    archive.close()
    empty = pyarrow.parquet.read_table(tmp_path / "articles/articles.parquet")
    assert (empty.num_rows, empty.schema.names) == (0, [field.name for field in FIELDS])


def test_null_in_a_required_column_is_an_error(written: tuple[Path, list[dict[str, Any]]], tmp_path: Path) -> None:
    with pytest.raises(pa.ArrowInvalid, match="title"):
        write_file([columns_of([{**written[1][0], "title": None}])], tmp_path / "new" / "articles.parquet")
