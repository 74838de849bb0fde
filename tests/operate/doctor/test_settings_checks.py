"""The file of the settings, as doctor sees it: named, and safe from other users."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from finews_crawler.operate.doctor.settings_checks import check_rest, check_settings_file

SECRET = 'alarm_command = "notify --key abcd"'
IN_A_FILE = 'alarm_command_file = "command"'


@pytest.mark.parametrize(
    ("text", "mode", "problem"),
    [
        ("", 0o644, ""),
        (SECRET, 0o600, ""),
        (IN_A_FILE, 0o644, ""),
        (SECRET, 0o644, "has alarm_command, and can be read by other users: chmod 600 "),
        (SECRET, 0o640, "has alarm_command, and can be read by other users: chmod 600 "),
        ("", 0o666, "can be written by other users: chmod go-w "),
    ],
)
def test_other_users_neither_read_secrets_nor_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mode: int, problem: str
) -> None:
    file = tmp_path / "finews.toml"
    (tmp_path / "command").write_text("notify")
    (tmp_path / "command").chmod(0o600)
    file.write_text(text)
    file.chmod(mode)
    monkeypatch.setenv("FINEWS_CONFIG", str(file))
    first, *problems = check_settings_file()
    assert (first.is_ok, first.text) == (True, str(file))
    assert [problem in found.text and not found.is_ok for found in problems] == ([True] if problem else [])


def test_a_file_with_a_secret_is_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "hook"
    secret.write_text("https://hooks.example.org/T0/key")
    secret.chmod(0o644)
    monkeypatch.setenv("FINEWS_CONFIG", "")
    monkeypatch.setenv("FINEWS_ALARM_WEBHOOK_FILE", str(secret))
    (result,) = check_settings_file()
    assert f"{secret} has FINEWS_ALARM_WEBHOOK_FILE, and can be read by other users" in result.text


def test_without_a_file_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINEWS_CONFIG", "")
    assert list(check_settings_file()) == []


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"ITEM_PIPELINES": {"own.Pipeline": 500}}, "ITEM_PIPELINES: 'own.Pipeline' cannot be imported (No module"),
        ({"JOBDIR": "job"}, "JOBDIR cannot be used: leave it out"),
    ],
)
def test_what_a_crawl_refuses_is_a_warning(given: dict[str, object], problem: str) -> None:
    settings = Settings()
    settings.setmodule("finews_crawler.settings", priority="project")
    assert check_rest(settings).is_ok
    settings.setdict(given, priority="cmdline")
    result = check_rest(settings)
    assert (result.is_ok, result.text.startswith(problem)) == (False, True), result.text
