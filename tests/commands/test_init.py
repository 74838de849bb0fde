"""``finews init`` makes a folder that works, and overwrites nothing; ``finews config`` shows what holds there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.support.scrapy_command import Scrapy

HOOK = "https://hooks.example.org/T0/key"


def test_init_writes_a_file_and_the_folders(scrapy: Scrapy, tmp_path: Path) -> None:
    folder = tmp_path / "my news"
    run = scrapy("init", str(folder))
    assert run.status == 0
    assert run.log.splitlines()[0] == f"wrote {folder}/finews.toml: every setting, with its default"
    assert sorted(path.name for path in folder.iterdir()) == ["data", "finews.toml"]
    scrapy.environment = {name: text for name, text in scrapy.environment.items() if not name.startswith("FINEWS_")}
    scrapy.environment["FINEWS_CONFIG"] = str(folder / "finews.toml")
    assert f'data_dir = "{folder}/data"' in scrapy("config").log


def test_init_overwrites_nothing(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "finews.toml").write_text("# mine\n")
    run = scrapy("init", str(tmp_path))
    assert run.status == 2
    assert run.log.startswith(f"finews init: {tmp_path}/finews.toml exists: edit it, or name another folder")
    assert (tmp_path / "finews.toml").read_text() == "# mine\n"


def test_init_passes_over_a_broken_file_elsewhere(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "finews.toml").write_text("data_dirs = 'x'\n")
    scrapy.environment["FINEWS_CONFIG"] = str(tmp_path / "finews.toml")
    assert scrapy("init", str(tmp_path / "news")).status == 0
    run = scrapy("init", str(tmp_path))
    assert (run.status, run.log.count("\n")) == (2, 1)
    assert f"{tmp_path}/finews.toml exists" in run.log


def test_init_leaves_a_link_to_nothing(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "finews.toml").symlink_to("of/a/disk")
    assert scrapy("init", str(tmp_path)).status == 2
    assert (tmp_path / "finews.toml").is_symlink()


@pytest.mark.parametrize(
    ("words", "problem"),
    [((), "give one folder"), (("a", "b"), "give one folder"), (("--x",), "unknown option '--x'")],
)
def test_init_needs_one_folder(scrapy: Scrapy, words: tuple[str, ...], problem: str) -> None:
    run = scrapy("init", *words)
    assert (run.status, run.log) == (2, f"finews init: {problem}; for example: finews init ~/news\n")


def test_init_where_nothing_can_be_written(scrapy: Scrapy, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    run = scrapy("init", str(tmp_path / "file" / "news"))
    assert run.status == 6
    assert len(run.log.splitlines()) == 1


def test_config_shows_no_secret_and_is_a_settings_file(scrapy: Scrapy) -> None:
    scrapy.environment["FINEWS_ALARM_WEBHOOK"] = HOOK
    run = scrapy("config")
    assert HOOK not in run.log
    shown = tomllib.loads(run.log)
    assert (shown["alarm_webhook"], shown["data_dir"]) == ("…", str(scrapy.data))
    changed = scrapy("config", "--changed").log
    assert "data_dir" in changed
    assert "default" not in changed
