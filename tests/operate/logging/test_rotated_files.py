"""Rotated files of a log are found by their names."""

from __future__ import annotations

import os
from pathlib import Path

from finews_crawler.operate.logging.rotated_files import find_rotated, remove_rotated
from finews_crawler.utils import clock


def test_find_rotated_returns_the_numbered_files_of_this_log_alone(tmp_path: Path) -> None:
    for name in ("a[1].log", "a[1].log.2", "a[1].log.20260901", "a1.log.3", ".4", "b.log.5"):
        (tmp_path / name).touch()
    assert [path.name for path in find_rotated(tmp_path / "a[1].log", clock.now()).of] == ["a[1].log.2"]


def test_remove_rotated_does_not_open_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert remove_rotated(tmp_path / "fifo", clock.now()).of == []
