"""Settings of Scrapy's own commands, which are checked as those of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scrapy_command import CLOSED_PORT, Scrapy

ARGUMENTS = 2


@pytest.mark.parametrize("command", [("list",), ("settings", "--get", "FINEWS_DATA_DIR"), ("shell",)], ids=" ".join)
def test_scrapys_own_commands_refuse_a_broken_file(scrapy: Scrapy, tmp_path: Path, command: tuple[str, ...]) -> None:
    file = tmp_path / "finews.toml"
    file.write_text("data_dirs = 'x'\n")
    scrapy.environment["FINEWS_CONFIG"] = str(file)
    run = scrapy(*command)
    message = f"scrapy {command[0]}: {file}: unknown setting 'data_dirs'; did you mean data_dir?\n"
    assert (run.status, run.log) == (ARGUMENTS, message)


def test_scrapys_own_commands_refuse_an_unknown_setting(scrapy: Scrapy) -> None:
    scrapy.environment["FINEWS_DATADIR"] = "x"
    run = scrapy("list")
    assert run.status == ARGUMENTS
    assert run.log == "scrapy list: unknown setting FINEWS_DATADIR; did you mean FINEWS_DATA_DIR?\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "-s", "FINEWS_LOCK_WAITS=1"), "unknown setting FINEWS_LOCK_WAITS; did you mean FINEWS_LOCK_WAIT?"),
        (("check", "--set=DOWNLOAD_DELY=1"), "unknown setting DOWNLOAD_DELY; did you mean DOWNLOAD_DELAY?"),
        (("check", "-lsDOWNLOAD_DELY=1"), "unknown setting DOWNLOAD_DELY; did you mean DOWNLOAD_DELAY?"),
        (("version", "-vsDOWNLOAD_DELY=1"), "unknown setting DOWNLOAD_DELY; did you mean DOWNLOAD_DELAY?"),
        (("check", "-sFINEWS_LOCK_WAIT=x"), "FINEWS_LOCK_WAIT must be a non-negative number of seconds, got 'x'"),
        (("check", "-s", "DOWNLOAD_DELAY=x"), "DOWNLOAD_DELAY must be a number, got 'x'"),
        (("shell", "-s", "FINEWS_CONFIG=x"), "FINEWS_CONFIG is read from the environment only, before the options: "),
    ],
    ids=str,
)
def test_scrapys_own_commands_refuse_a_wrong_option(scrapy: Scrapy, words: tuple[str, ...], message: str) -> None:
    run = scrapy.at(CLOSED_PORT)(*words)
    assert (run.status, run.log.count("\n")) == (ARGUMENTS, 1), run.log
    assert run.log.startswith(f"scrapy {words[0]}: {message}")


def test_an_option_before_the_command_is_reported_by_scrapy(scrapy: Scrapy) -> None:
    run = scrapy.at(CLOSED_PORT)("-s", "DOWNLOAD_DELAY=x", "list")
    assert run.status == ARGUMENTS
    assert "Unknown command: DOWNLOAD_DELAY=x\n" in run.log


def test_scrapys_own_commands_refuse_an_invalid_value_in_the_environment(scrapy: Scrapy) -> None:
    scrapy.environment["FINEWS_LOCK_WAIT"] = "x"
    run = scrapy("check")
    message = "scrapy check: FINEWS_LOCK_WAIT must be a non-negative number of seconds, got 'x'\n"
    assert (run.status, run.log) == (ARGUMENTS, message)


def test_scrapys_own_commands_take_right_options(scrapy: Scrapy) -> None:
    run = scrapy("settings", "--get", "FINEWS_LOCK_WAIT", "-s", "FINEWS_LOCK_WAIT=7", "-s", "SENTRY_DSN=x")
    assert (run.status, run.log) == (0, "7\n")
