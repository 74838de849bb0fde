"""The file of the settings, as doctor sees it: named, and safe from other users."""

from __future__ import annotations

from pathlib import Path

import pytest

from finews_crawler.operate.doctor.settings_checks import check_settings_file

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
    file.write_text(text)
    file.chmod(mode)
    monkeypatch.setenv("FINEWS_CONFIG", str(file))
    (result,) = check_settings_file()
    assert (result.is_ok, problem in result.text) == (not problem, True)
    assert str(file) in result.text


def test_without_a_file_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINEWS_CONFIG", "")
    assert list(check_settings_file()) == []
