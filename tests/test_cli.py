"""Commands turn each kind of exception into one line and an exit status."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.links import PostUrls
from finews_crawler.cli import archive_errors, exit_on_error
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.exceptions import (
    ArchiveNotWritable,
    ArgumentError,
    ConfigurationError,
    FinewsError,
    Locked,
    OutputInUse,
    UnusableIndex,
)

STATUSES = [
    (ArgumentError, 2),
    (ConfigurationError, 2),
    (ArchiveNotWritable, 6),
    (UnusableIndex, 6),
    (Locked, 7),
    (OutputInUse, 7),
]


@pytest.mark.parametrize(("kind", "status"), STATUSES)
def test_exit_on_error_prints_one_line_and_exits_with_the_status_of_the_kind(
    kind: type[FinewsError], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end, exit_on_error("finews runs"):
        raise kind("no\nroom")

    assert end.value.code == status
    assert capsys.readouterr().err == "finews runs: no\\nroom\n"


def test_exit_on_error_adds_an_example_for_arguments_only(capsys: pytest.CaptureFixture[str]) -> None:
    for kind in (ArgumentError, ConfigurationError):
        with pytest.raises(SystemExit), exit_on_error("finews runs", "finews runs --last 50"):
            raise kind("why")

    assert capsys.readouterr().err == "finews runs: why; for example: finews runs --last 50\nfinews runs: why\n"


@pytest.mark.parametrize(
    ("error", "kind", "path"),
    [
        (OSError(28, "No space left on device"), ArchiveNotWritable, ""),
        (sqlite3.OperationalError("database is locked"), UnusableIndex, "index.sqlite"),
    ],
)
def test_archive_errors_name_the_path_and_a_hint(
    tmp_path: Path, error: Exception, kind: type[FinewsError], path: str
) -> None:
    archive = Archive(DataDirectory(tmp_path), PostUrls())

    with pytest.raises(kind) as converted, archive_errors(archive):
        raise error

    assert str(converted.value).startswith(f"{tmp_path / path}: {error}: ")
