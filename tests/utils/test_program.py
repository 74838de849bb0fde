from __future__ import annotations

import sys
from pathlib import Path

import pytest

from finews_crawler.utils.program import called_as, install_line


@pytest.fixture
def program(tmp_path: Path) -> Path:
    program = tmp_path / "venv" / "bin" / "finews"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return program


def test_a_program_in_the_path_is_its_name_and_any_other_as_it_was_called(
    program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(program)])
    assert called_as() == str(program)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    assert called_as() == "finews"
    monkeypatch.setattr(sys, "argv", [".venv/bin/finews", "demo"])
    assert called_as() == ".venv/bin/finews"


def test_a_module_is_run_by_its_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/srv/finews_crawler/__main__.py"])
    monkeypatch.setattr(sys, "executable", "/srv/my python")
    assert called_as() == "'/srv/my python' -m finews_crawler"


def test_an_extra_is_installed_where_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", "/srv/venv")
    assert install_line("parquet") == "pip install 'finews_crawler[parquet]'"
    monkeypatch.setattr(sys, "prefix", "/home/news/.local/share/pipx/venvs/finews-crawler")
    assert install_line("parquet").startswith("pipx inject finews-crawler 'pyarrow>=")
    assert "'redis[hiredis]>=" in install_line("cluster")
