"""Every command, used wrongly or where its output goes nowhere: at most one line, the right status, no traceback."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, NamedTuple

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.command_line import command_names
from finews_crawler.config.data_directory import DataDirectory
from finews_crawler.items import article_from
from tests.support.fork_client import finews_warm
from tests.support.scrapy_command import CLOSED_PORT

ALL_WELL, ARGUMENTS, SOME_FAILED, NOT_WRITABLE = 0, 2, 3, 6
EXPORT_ON_FULL = "finews export: standard output: [Errno 0] No space left on device: the export is incomplete\n"
FULL = ": standard output: No space left on device: what it has printed is not complete"


class Case(NamedTuple):
    """A command line that sends no request."""

    words: tuple[str, ...]
    status: int
    """Without any setting, in an empty folder."""
    names_folder: bool = False
    """True if the line about a missing data directory names it."""


CASES = [
    Case(("audit",), ARGUMENTS, names_folder=True),
    Case(("cluster", "status"), ARGUMENTS),
    Case(("config",), ALL_WELL),
    Case(("coverage",), ARGUMENTS, names_folder=True),
    Case(("crawl", "share", "-a", "file=/dev/null"), ALL_WELL),
    Case(("demo", "--articles", "1"), ARGUMENTS),
    Case(("deploy", "rsync", "/srv/www"), ARGUMENTS, names_folder=True),
    Case(("doctor", "--offline"), ALL_WELL),
    Case(("export", "--format", "jsonl", "--out", "-"), ARGUMENTS, names_folder=True),
    Case(("images",), ARGUMENTS),
    Case(("init", "news"), ALL_WELL),
    Case(("origin", "--articles", "x"), ARGUMENTS),
    Case(("prune",), ARGUMENTS, names_folder=True),
    Case(("rebuild",), ARGUMENTS, names_folder=True),
    Case(("reextract",), ARGUMENTS, names_folder=True),
    Case(("reindex", "data"), ARGUMENTS),
    Case(("retire", "--keep-days", "9"), ARGUMENTS, names_folder=True),
    Case(("runs",), ARGUMENTS, names_folder=True),
    Case(("schedule", "cron"), ALL_WELL),
    Case(("site", "build"), ARGUMENTS, names_folder=True),
    Case(("worker",), ARGUMENTS),
]
HELP = {
    ("--help",): "finews",
    ("--version",): "finews",
    ("--completion", "zsh"): "finews",
    ("runs", "--help"): "finews runs",
    ("help", "crawl"): "finews crawl",
}
"""Help, and how its messages begin."""
PRINTING = [*(case.words for case in CASES if case.words[0] != "site"), ("site", "init"), *HELP]
"""Not the build of a site: it takes longer than all others."""
WRONG = {
    "environment": ((), "FINEWS_DATADIR"),
    "-s": (("-s", "FINEWS_DATADIR=x"), ""),
    "-s of Scrapy": (("-s", "DOWNLOAD_DELY=1"), ""),
    "finews.toml": ((), ""),
}

of_each_command = pytest.mark.parametrize("case", CASES, ids=lambda case: case.words[0])


@pytest.fixture
def environment() -> dict[str, str]:
    """Of a user who has set nothing; requests would not leave the machine."""
    left_out = ("_proxy", "PYTHONUNBUFFERED")
    given = {name: text for name, text in os.environ.items() if not name.startswith("FINEWS_")}
    return {name: text for name, text in given.items() if not name.lower().endswith(left_out)}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive in ``data``; read-only."""
    folder = tmp_path_factory.mktemp("made")
    archive = Archive(DataDirectory(folder / "data"), PostUrls())
    for number in range(3):
        article = article_from(
            "news_text",
            f"NW20220518238363806{number}",
            title="标题",
            published_at=datetime(2022, 5, 18, 8, 0, 0, tzinfo=UTC),
            text_html="<p>正文</p>",
        )
        archive.store([derive(article, PostUrls())[0]])
    archive.close()
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy with a finews.toml that names no host of upstream."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    (tmp_path / "finews.toml").write_text(f'fast_url = "{CLOSED_PORT}"\ncolumns_url = ""\n')
    return tmp_path


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_the_list_of_commands_is_complete() -> None:
    assert sorted(case.words[0] for case in CASES) == command_names()


@of_each_command
def test_without_any_setting_in_an_empty_folder(case: Case, environment: dict[str, str], tmp_path: Path) -> None:
    status, out, errors = finews_warm([*case.words], environment, tmp_path, None)
    assert "Traceback" not in out + errors
    assert status in ((ALL_WELL, SOME_FAILED) if case.words[0] == "doctor" else (case.status,)), errors
    if status == ARGUMENTS:
        assert (out, errors.count("\n")) == ("", 1)
        assert errors.startswith(f"finews {case.words[0]}: ")
    if case.names_folder:
        assert f"the data directory {tmp_path / 'data'} does not exist" in errors
    assert files_in(tmp_path) <= {"news", "news/data", "news/finews.toml"}


@of_each_command
@pytest.mark.parametrize("where", WRONG)
def test_with_a_misspelt_setting(case: Case, environment: dict[str, str], tmp_path: Path, where: str) -> None:
    options, name = WRONG[where]
    if name:
        environment[name] = "x"
    if where == "finews.toml":
        (tmp_path / "finews.toml").write_text('data_dirs = "x"\n')
    before = files_in(tmp_path)
    status, out, errors = finews_warm([*case.words, *options], environment, tmp_path, None)
    if case.words[0] == "init" and where == "finews.toml":
        assert (status, errors) == (ALL_WELL, "")
        return
    assert (status, out, errors.count("\n")) == (ARGUMENTS, "", 1), errors
    assert "did you mean " in errors
    assert files_in(tmp_path) == before


@of_each_command
def test_with_a_folder_that_does_not_exist(case: Case, environment: dict[str, str], folder: Path) -> None:
    environment["FINEWS_DATA_DIR"] = "dta"
    before = files_in(folder)
    status, out, errors = finews_warm([*case.words], environment, folder, None)
    assert "Traceback" not in out + errors
    if case.names_folder:
        message = f"the data directory {folder / 'dta'} does not exist"
        assert (status, out, errors.count("\n")) == (ARGUMENTS, "", 1)
        assert message in errors
        assert files_in(folder) == before


@pytest.mark.parametrize(
    "words", [*(case.words for case in CASES if case.words[0] != "site"), ("site", "init"), *HELP], ids=" ".join
)
def test_without_a_reader_and_on_a_full_device(
    words: tuple[str, ...], environment: dict[str, str], folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def run_in_a_copy(stdout: IO[bytes] | None) -> tuple[int, str, str]:
        copy = tmp_path_factory.mktemp("copy")
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        status, out, errors = finews_warm([*words], environment, copy, stdout)
        assert "Traceback" not in errors
        return status, out, re.sub(r"\d+", "0", errors)  # times in the log

    usual, printed, said = run_in_a_copy(None)
    read, write = os.pipe()
    os.close(read)
    with open(write, "wb", buffering=0) as pipe:  # noqa: PTH123 (a descriptor has no path)
        found = run_in_a_copy(pipe)
    with Path("/dev/full").open("wb", buffering=0) as full:
        status, _, errors = run_in_a_copy(full)
    if words[0] == "export":
        assert found == (NOT_WRITABLE, "", ""), "no cursor of an export that is not complete"
        assert (status, errors) == (NOT_WRITABLE, EXPORT_ON_FULL)
        return
    assert found == (usual, "", said)
    lost = f"{HELP.get(words, f'finews {words[0]}')}{FULL}\n"
    assert (status, errors) == ((usual or NOT_WRITABLE, said + lost) if printed else (usual, said))
