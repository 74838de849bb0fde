"""The CSV that Scrapy's feed writes while it crawls (``-O articles.csv``): spreadsheets, notebooks, scripts.

Empty cells are missing values; lists and objects are JSON in their cell.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from finews_crawler.articles.record import FIELDS, Kind
from finews_crawler.exporters.scrapy_feeds import FORMULA
from tests.interop.cells import Checks, Outcome, ReaderFailed, in_version, reason, with_help, wrong
from tests.interop.environments import (
    SCRIPTS,
    node_script,
    program,
    python_with,
    r_library,
    run,
    with_extension,
)
from tests.interop.expected import compare_records, records_in
from tests.interop.material import Material
from tests.interop.odd_articles import odd_material
from tests.interop.packages import CHDB, DUCKDB, PANDAS, POLARS, PYARROW

CHECKS = Checks()
OUTPUT = "CSV, Scrapy's feed"
TEXTS = {field.name for field in FIELDS if field.kind == Kind.TEXT}
NUMBERS = {field.name for field in FIELDS if field.kind == Kind.NUMBER}
NESTED = {field.name for field in FIELDS if field.kind in (Kind.TICKERS, Kind.IMAGES, Kind.TEXTS)}
UTF8 = {"LC_ALL": "C.UTF-8"}
LIMIT = "`csv.field_size_limit(10**7)`: its longest cell has 131,072 characters otherwise"
MISSING_IN_PANDAS = "`keep_default_na=False, na_values=['']`: it takes titles such as NA for none"
MISSING_IN_R = '`na.strings = ""`: it takes the title NA for none'
MISSING_IN_READR = '`na = ""`: it takes the title NA for none'
QUOTES = 'It leaves quotation marks doubled, and takes NA for none: `na.strings = ""`, then `gsub(\'""\', \'"\', …)`'
ESCAPE = "`fgetcsv($file, null, ',', '\"', '')`: without the last argument it takes a backslash for an escape"
TEXTS_ALONE = "CSV:44,34,UTF8,1," + "/".join(f"{number}/2" for number in range(1, len(FIELDS) + 1))
"""Import filter of LibreOffice: commas, quotation marks, UTF-8, from the first line, and each column as text."""
LONGEST_CELL = 65_535
SPREADSHEET = (
    "Choose UTF-8 and the type Text for all columns when it imports (`--infilter=CSV:44,34,UTF8,1,1/2/2/2/…`). "
    "A cell has at most 65,535 characters, the rest of a text is cut"
)


def expected() -> list[dict[str, Any]]:
    """Return the records as a feed has them: ``change`` is empty, and a text that looks like a formula is quoted."""
    return [{**quoted(record), "change": None} for record in odd_material().records]


def quoted(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
        for name, value in record.items()
    }


def read_back(printed: str) -> str:
    """Return what a script printed with the types of the fields: cells are text."""
    return "\n".join(json.dumps(typed(cells)) for cells in records_in(printed))


def typed(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row as values: JSON, numbers and flags are text in a cell, and an empty one is missing."""
    values: dict[str, Any] = {name: None if value == "" else value for name, value in cells.items()}
    for name, value in values.items():
        if isinstance(value, str) and name in NESTED:
            with suppress(ValueError):  # then it is compared as the text that it is
                values[name] = json.loads(value)
        elif isinstance(value, str) and name in NUMBERS:
            values[name] = float(value)
        elif isinstance(value, str) and name == "is_stand_in":
            values[name] = value.lower() == "true"
    return values


def compare_cells(printed: str, longest: int = 10**7) -> Outcome:
    """Compare the cells that a reader printed, of which each has at most *longest* characters.

    The rows of a feed are in the order of the crawl, as its JSON lines.
    """
    lines = odd_material().feed.with_suffix(".jsonl").read_text("utf-8")
    order = [record["info_code"] for record in records_in(lines)]
    rows = sorted(expected(), key=lambda record: order.index(record["info_code"]))
    for row in rows:
        row.update({name: value[:longest] for name, value in row.items() if isinstance(value, str)})
    return compare_records(rows, read_back(printed))


def feed() -> Path:
    return odd_material().feed.with_suffix(".csv")


def by_script(script: str, *requirements: str, note: str = "") -> Outcome:
    """Run a Python script. With a *note*, again with the option that it describes, if it is wrong without."""
    return by_command(python_with(*requirements), SCRIPTS / script, note=note)


def by_command(*command: str | Path, note: str = "") -> Outcome:
    alone = attempt(*command, feed())
    return with_help(alone, lambda: attempt(*command, feed(), "helped"), note) if note else alone


def attempt(*command: str | Path, longest: int = 10**7) -> Outcome:
    """Return what comes of a reader; one that ends with an error is wrong."""
    try:
        return compare_cells(run(*command, environment=UTF8), longest)
    except ReaderFailed as failed:
        return wrong(reason(failed))


def by_node(script: str, *packages: str) -> Outcome:
    return compare_cells(run(program("node", "nodejs"), node_script(script, *packages), feed()))


def by_program(version: str, *command: str | Path, note: str = "") -> Outcome:
    return in_version(version, by_command(*command, note=note))


@CHECKS.add("csv-python", OUTPUT, "Python's csv")
def python(_: Material, version: str) -> Outcome:
    path = program("python3", "python3")
    return by_program(run(path, "-V").split()[1], path, SCRIPTS / "csv_python.py", note=LIMIT)


@CHECKS.add("csv-pandas", OUTPUT, "pandas, read_csv", *PANDAS)
def pandas(_: Material, version: str) -> Outcome:
    return by_script(
        "csv_pandas.py",
        *PANDAS[version],
        note="`keep_default_na=False, na_values=['']`: it takes titles such as NA for none",
    )


@CHECKS.add("csv-polars", OUTPUT, "polars, read_csv", *POLARS)
def polars(_: Material, version: str) -> Outcome:
    return by_script("csv_polars.py", *POLARS[version])


@CHECKS.add("csv-duckdb", OUTPUT, "DuckDB, read_csv", *DUCKDB)
def duckdb(_: Material, version: str) -> Outcome:
    return by_script("csv_duckdb.py", *DUCKDB[version])


@CHECKS.add("csv-pyarrow", OUTPUT, "pyarrow.csv", *PYARROW)
def pyarrow(_: Material, version: str) -> Outcome:
    return by_script("csv_pyarrow.py", *PYARROW[version])


@CHECKS.add("csv-chdb", OUTPUT, "ClickHouse (chdb), CSVWithNames", *CHDB)
def chdb(_: Material, version: str) -> Outcome:
    return by_script("csv_chdb.py", *CHDB[version])


@CHECKS.add("csv-csvkit", OUTPUT, "csvkit, csvjson", "1.5.0", "2.2.0")
def csvkit(_: Material, version: str) -> Outcome:
    command = python_with(f"csvkit=={version}", "agate==1.14.0").with_name("csvjson")
    words, longest = (command, "--stream", "--no-inference"), ("--blanks", "--maxfieldsize", "10000000")
    note = f"`{' '.join(longest)}`: it takes titles such as NA for none, and no longer cells"
    return with_help(attempt(*words, feed()), lambda: attempt(*words, *longest, feed()), note)


@CHECKS.add("csv-parse", OUTPUT, "csv-parse (Node)", "7.0.3")
def csv_parse(_: Material, version: str) -> Outcome:
    return by_node("csv_parse.mjs", f"csv-parse@{version}")


@CHECKS.add("csv-papaparse", OUTPUT, "Papa Parse (Node)", "5.7.1")
def papaparse(_: Material, version: str) -> Outcome:
    return by_node("csv_papaparse.mjs", f"papaparse@{version}")


@CHECKS.add("csv-r", OUTPUT, "R, read.csv")
def r(_: Material, version: str) -> Outcome:
    rscript, _ = r_library("jsonlite")
    return by_program(
        run(rscript, "-e", "cat(format(getRversion()))"),
        rscript,
        SCRIPTS / "csv.R",
        note='`na.strings = ""`: it takes the title NA for none',
    )


@CHECKS.add("csv-r-fread", OUTPUT, "R, data.table::fread")
def fread(_: Material, version: str) -> Outcome:
    rscript, shown = r_library("data.table")
    return by_program(shown, rscript, SCRIPTS / "csv_fread.R", note=QUOTES)


@CHECKS.add("csv-r-readr", OUTPUT, "R, readr::read_csv")
def readr(_: Material, version: str) -> Outcome:
    rscript, shown = r_library("readr")
    return by_program(shown, rscript, SCRIPTS / "csv_readr.R", note=MISSING_IN_READR)


@CHECKS.add("csv-php", OUTPUT, "PHP, fgetcsv")
def php(_: Material, version: str) -> Outcome:
    path = program("php", "php-cli")
    return by_program(run(path, "-r", "echo PHP_VERSION;"), path, SCRIPTS / "csv.php", note=ESCAPE)


@CHECKS.add("csv-perl", OUTPUT, "Perl, Text::CSV")
def perl(_: Material, version: str) -> Outcome:
    path = with_extension("perl", "perl", "libtext-csv-perl", "-MText::CSV", "-MJSON::PP", "-e", "1")
    return by_program(run(path, "-MText::CSV", "-e", "print Text::CSV->VERSION"), path, SCRIPTS / "csv.pl")


@CHECKS.add("csv-ruby", OUTPUT, "Ruby, csv")
def ruby(_: Material, version: str) -> Outcome:
    path = program("ruby", "ruby")
    return by_program(run(path, "-rcsv", "-e", "print CSV::VERSION"), path, SCRIPTS / "csv.rb")


@CHECKS.add("csv-miller", OUTPUT, "Miller")
def miller(_: Material, version: str) -> Outcome:
    path = program("mlr", "miller")
    return by_program(run(path, "--version").split()[-1], path, "-S", "--icsv", "--ojsonl", "cat")


@CHECKS.add("csv-sqlite", OUTPUT, "sqlite3, .import --csv")
def sqlite(_: Material, version: str) -> Outcome:
    path = program("sqlite3", "sqlite3")
    values = ", ".join(f"'{field.name}', {field.name}" for field in FIELDS)
    steps = (f".import --csv {feed()} articles", ".mode list", f"SELECT json_object({values}) FROM articles")
    return in_version(run(path, "--version").split()[0], compare_cells(run(path, ":memory:", *steps)))


@CHECKS.add("csv-libreoffice", OUTPUT, "LibreOffice Calc, to CSV")
def libreoffice(_: Material, version: str) -> Outcome:
    office = program("soffice", "libreoffice-calc")
    shown = re.findall(r"[\d.]+", run(office, "--version"))[0]
    convert = (program("sh", "dash"), SCRIPTS / "csv_libreoffice.sh", office, program("python3", "python3"))
    alone = attempt(*convert, feed())
    again = with_help(alone, lambda: attempt(*convert, feed(), TEXTS_ALONE, longest=LONGEST_CELL), SPREADSHEET)
    return in_version(shown, again)


@CHECKS.add("csv-gnumeric", OUTPUT, "Gnumeric, to CSV")
def gnumeric(_: Material, version: str) -> Outcome:
    convert = program("ssconvert", "gnumeric")
    shown = re.findall(r"[\d.]+", run("dpkg-query", "-W", "-f", "${Version}", "gnumeric"))[0]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "articles.csv"
        run(convert, "--export-type=Gnumeric_stf:stf_csv", feed(), out, environment=UTF8)
        found = attempt(program("python3", "python3"), SCRIPTS / "csv_python.py", out, "helped")
    note = "Its assistant for text files asks for the types of columns: not tried"
    return in_version(shown, replace(found, note=note))
