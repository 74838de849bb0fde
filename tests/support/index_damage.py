"""Random damage of an index, and everything that reads one, as functions."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.changes import newest_change
from finews_crawler.archive.locations import locate_data_directory
from finews_crawler.archive.prune import Kind, look
from finews_crawler.archive.query import ExportQuery
from finews_crawler.archive.retire import retire
from finews_crawler.archive.runs import Run, put_run, read_runs
from finews_crawler.archive.snapshot import open_snapshot
from finews_crawler.articles.links import PostUrls
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import ArchiveError
from finews_crawler.exporters.atom import AtomExporter
from finews_crawler.exporters.exporter import Exporter
from finews_crawler.exporters.jsonl import JsonlExporter
from finews_crawler.exporters.parquet import ParquetExporter
from finews_crawler.exporters.sqlite import SqliteExporter
from finews_crawler.items import Rejection
from finews_crawler.operate.audit.audit import audit
from finews_crawler.operate.audit.report import audit_as_json
from finews_crawler.operate.coverage.query import Grouping
from finews_crawler.operate.coverage.report import build_report
from finews_crawler.operate.coverage.text_report import coverage_as_json
from finews_crawler.operate.coverage.time_series import Period
from finews_crawler.operate.monitoring.baseline import field_shares, silences, usual_seconds
from finews_crawler.operate.monitoring.prometheus import all_gauges
from finews_crawler.operate.reports.run_history import summarize_runs
from finews_crawler.operate.reports.run_page import run_page
from finews_crawler.site.post_data import (
    read_changed_groups,
    read_path_digests,
    read_post_metadata,
    read_summaries,
    tickers_of,
)
from finews_crawler.utils.timezone import BEIJING
from finews_crawler.warc.export import WarcExporter
from tests.exporters.export_archives import K_LINE, archive_in, article, store

NOW = datetime(2022, 6, 2, 12, 0, tzinfo=BEIJING)
HOUR = timedelta(hours=1)
INDEX, WAL = "index.sqlite", "index.sqlite-wal"
PAGE = 4096


PAGE_SIZE = 4096


def site(archive: Archive) -> list[object]:
    """Read what a build of the site reads."""
    changed = read_changed_groups(archive, newest_change(archive.index))
    read_path_digests(archive, changed or ())
    return [tickers_of(metadata) for metadata in read_post_metadata(archive, read_summaries(archive)).values()]


def add_history(data: Path) -> None:
    """Add articles, revisions, rejections and runs to an archive."""
    archive = archive_in(data)
    first = [article(number, media_name="证券时报", text_html=f"<p>甲{number}</p>{K_LINE}") for number in range(9)]
    store(archive, *first)
    store(archive, *(article(number, text_html=f"<p>更正{number}</p>") for number in range(4)))
    for number in range(3):
        rejected = Rejection(f"NW20220519{number:010}", "untitled", "no title", f'{{"id": {number}}}', listing_hash="a")
        archive.reject(rejected, NOW)
        began, counts = NOW - timedelta(days=number + 1), {"found": 40, "new": 40}
        put_run(archive.index, Run("channel", {"count": "9"}, 7, began, began + HOUR, "finished", 0, counts, 50, 9**6))
    archive.close()


def add_open_wal(source: Path, data: Path) -> None:
    """Copy the archive at *source* to *data* as a killed run leaves it: with commits in the WAL only."""
    shutil.copytree(source, data)
    archive = archive_in(data)
    store(archive, *(article(number, text_html=f"<p>又一次更正{number}</p>") for number in range(3, 6)))
    copied = {name: (data / name).read_bytes() for name in (INDEX, WAL)}
    archive.close()
    for name, content in copied.items():
        (data / name).write_bytes(content)
    assert copied[WAL]


def damage(data: Path, dice: random.Random) -> str:
    """Damage the index or its WAL; return what was done."""
    names = [name for name in (INDEX, WAL) if (data / name).exists()]
    name = dice.choice(names)
    content = bytearray((data / name).read_bytes())
    kind = dice.choices(("flip", "flips", "cut", "zeros", "value"), (60, 15, 5, 5, 15))[0]
    if kind == "value" and name == INDEX and len(names) == 1:
        return damage_value(data / name, dice)
    at = dice.randrange(len(content))
    if kind == "cut":
        del content[at:]
    elif kind == "zeros":
        at -= at % PAGE
        content[at : at + PAGE] = bytes(len(content[at : at + PAGE]))
    else:
        for _ in range(1 if kind == "flip" else 8):
            content[at] ^= 1 << dice.randrange(8)
            at = dice.randrange(len(content))
    (data / name).write_bytes(content)
    return f"{kind} of {name} at byte {at}"


VALUES = (None, "", "\0", "x", b"", b"\xff\xfe", b"x\x9c", -1, 2**62, 1.5, "[{}]", "[1]", "{}", "[" * 3000, "9999-99")


def damage_value(path: Path, dice: random.Random) -> str:
    """Overwrite a value of a row with one of another type or form."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        table = dice.choice([name for name in tables if not name.startswith("sqlite_")])
        column = dice.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
        rows = [rowid for (rowid,) in connection.execute(f"SELECT rowid FROM {table}")]
        if not rows:
            return f"nothing: {table} is empty"
        row, value = dice.choice(rows), dice.choice(VALUES)
        cast = "CAST(? AS TEXT)" if isinstance(value, bytes) and dice.random() < 0.5 else "?"
        try:
            with connection:
                connection.execute(f"UPDATE {table} SET {column} = {cast} WHERE rowid = {row}", [value])
        except sqlite3.Error as error:
            return f"nothing: {error}"
    return f"{table}.{column} of row {row} = {value!r:.20}"


def read_run_page(archive: Archive) -> None:
    if entries := list(summarize_runs(read_runs(archive.index))):
        run_page(entries, entries, NOW)


def readers(out: Path) -> Mapping[str, Callable[[Archive], object]]:
    """Return everything that reads an index, by name; exports are written to *out*."""

    def export(exporter: Exporter, query: ExportQuery) -> Callable[[Archive], object]:
        def write(archive: Archive) -> None:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            with open_snapshot(archive.index, query) as snapshot:
                exporter.write(snapshot, out)

        return write

    urls, period = PostUrls(), Period(date(2022, 5, 1), date(2022, 6, 2), NOW)
    everything = ExportQuery(with_revisions=True)
    return {
        "check": lambda archive: archive.index.check(),
        "audit": lambda archive: audit_as_json(audit(locate_data_directory(archive.directory.root), urls, NOW)),
        "entries": lambda archive: list(archive.index.all()),
        "revisions": lambda archive: [archive.index.revisions(row.info_code) for row in archive.index.entries()],
        "unfinished": lambda archive: archive.index.unfinished(),
        "runs": read_run_page,
        "coverage by outlet": lambda archive: coverage_as_json(build_report(archive.index, "", period, Grouping.MEDIA)),
        "coverage by channel": lambda archive: coverage_as_json(
            build_report(archive.index, "", period, Grouping.CHANNEL)
        ),
        "usual": lambda archive: usual_seconds(archive.index, "channel"),
        "silences": lambda archive: silences(archive.index, ["media", "rolling"], NOW),
        "shares": lambda archive: field_shares(archive.index, 5, NOW - timedelta(days=1)),
        "metrics": lambda archive: all_gauges(archive.index, {}, NOW),
        "site": site,
        "prune": lambda archive: look(archive, dict.fromkeys(Kind, NOW)),
        "retire": lambda archive: list(retire(archive, date(2022, 6, 1), dry_run=True)),
        "jsonl": export(JsonlExporter(urls), everything),
        "sqlite": export(SqliteExporter(urls), ExportQuery()),
        "atom": export(AtomExporter(urls), ExportQuery()),
        "parquet": export(ParquetExporter(urls), everything),
        "warc": export(WarcExporter(urls), everything),
    }


def read_everything(data: Path, out: Path) -> dict[str, str]:
    """Return for each reader '' or the message of its ArchiveError. Any other exception is raised."""
    messages = {}
    for name, read in readers(out).items():
        archive = Archive(DataDirectory(data), PostUrls())
        try:
            read(archive)
            messages[name] = ""
        except ArchiveError as error:
            messages[name] = str(error)
        finally:
            archive.close()
    return messages


def spoil_middle(index: Path) -> None:
    """Overwrite the second half of an index without a WAL by zeros, but for its last page."""
    content = index.read_bytes()
    middle = len(content) // 2 // PAGE_SIZE * PAGE_SIZE
    index.write_bytes(content[:middle] + b"\0" * (len(content) - middle - PAGE_SIZE) + content[-PAGE_SIZE:])
