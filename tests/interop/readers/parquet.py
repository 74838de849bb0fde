"""Parquet by months, with lists of structs and times with a zone."""

from __future__ import annotations

from dataclasses import replace

from tests.interop.cells import Checks, Outcome
from tests.interop.environments import SCRIPTS, node_script, program, python_with, run
from tests.interop.expected import compare_records
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import CHDB, DUCKDB, PANDAS, POLARS, PYARROW

CHECKS = Checks()
OUTPUT = "Parquet"
FASTPARQUET = {
    "2024.11.0": ("fastparquet==2024.11.0", "pandas==2.3.3", "numpy==2.3.5"),
    "2026.9.0": ("fastparquet==2026.9.0", "pandas==3.1.1", "numpy==2.3.5"),
}


def by_script(script: str, *requirements: str, **environment: str) -> Outcome:
    """Compare what a Python script prints of the folder with the months."""
    made = odd_material()
    folder = made.export("parquet") / "articles"
    printed = run(python_with(*requirements), SCRIPTS / script, folder, environment=environment)
    return compare_records(made.records, printed)


@CHECKS.add("parquet-duckdb", OUTPUT, "DuckDB, read_parquet", *DUCKDB)
def duckdb(_: Material, version: str) -> Outcome:
    return by_script("parquet_duckdb.py", *DUCKDB[version])


@CHECKS.add("parquet-pandas", OUTPUT, "pandas, read_parquet with pyarrow", *PANDAS)
def pandas(_: Material, version: str) -> Outcome:
    return by_script("parquet_pandas.py", *PANDAS[version])


@CHECKS.add("parquet-fastparquet", OUTPUT, "pandas, read_parquet with fastparquet", *FASTPARQUET)
def fastparquet(_: Material, version: str) -> Outcome:
    found = by_script("parquet_pandas.py", *FASTPARQUET[version])
    return replace(found, note="It has no lists of structs, and no zones: use pyarrow, which pandas prefers")


@CHECKS.add("parquet-polars", OUTPUT, "polars, scan_parquet", *POLARS)
def polars(_: Material, version: str) -> Outcome:
    return by_script("parquet_polars.py", *POLARS[version])


@CHECKS.add("parquet-pyarrow", OUTPUT, "pyarrow.dataset", *PYARROW)
def pyarrow(_: Material, version: str) -> Outcome:
    return by_script("parquet_pyarrow.py", *PYARROW[version])


@CHECKS.add("parquet-chdb", OUTPUT, "ClickHouse (chdb), Parquet", *CHDB)
def chdb(_: Material, version: str) -> Outcome:
    return by_script("parquet_chdb.py", *CHDB[version])


@CHECKS.add("parquet-datafusion", OUTPUT, "DataFusion", "45.2.0", "55.0.0")
def datafusion(_: Material, version: str) -> Outcome:
    return by_script("parquet_datafusion.py", f"datafusion=={version}", "pyarrow==26.0.1")


@CHECKS.add("parquet-spark", OUTPUT, "Spark (pyspark)", "3.5.9", "4.3.0")
def spark(_: Material, version: str) -> Outcome:
    java = program("java", "openjdk-17-jre-headless")
    return by_script("parquet_spark.py", f"pyspark=={version}", JAVA=java, SPARK_LOCAL_IP="127.0.0.1")


@CHECKS.add("parquet-hyparquet", OUTPUT, "hyparquet (JavaScript)", "1.33.0")
def hyparquet(_: Material, version: str) -> Outcome:
    return by_node("parquet_hyparquet.mjs", f"hyparquet@{version}", "hyparquet-compressors@1.1.2")


@CHECKS.add("parquet-wasm", OUTPUT, "parquet-wasm with apache-arrow (JavaScript)", "0.8.0")
def wasm(_: Material, version: str) -> Outcome:
    return by_node("parquet_wasm.mjs", f"parquet-wasm@{version}", "apache-arrow@21.2.0")


@CHECKS.add("parquet-duckdb-node", OUTPUT, "DuckDB for Node", "1.5.6-r.1")
def duckdb_node(_: Material, version: str) -> Outcome:
    return by_node("parquet_duckdb.mjs", f"@duckdb/node-api@{version}")


def by_node(script: str, *packages: str) -> Outcome:
    """Compare what a Node script prints of all files of the folder."""
    made = odd_material()
    files = sorted((made.export("parquet") / "articles").rglob("*.parquet"))
    script_beside = node_script(script, *packages)
    return compare_records(made.records, run(program("node", "nodejs"), script_beside, *files))
