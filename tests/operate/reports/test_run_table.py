"""The text table of runs."""

from __future__ import annotations

from datetime import datetime

from finews_crawler.archive.runs import Run
from finews_crawler.operate.reports.run_history import summarize_runs
from finews_crawler.operate.reports.run_table import runs_as_lines
from finews_crawler.utils.timezone import BEIJING
from tests.operate.reports.run_rows import BAN, run_at, run_of_a_ban

NOON = datetime(2022, 5, 26, 12, 0, tzinfo=BEIJING)


def test_columns_of_the_table_are_aligned() -> None:
    runs = [run_at(NOON), run_of_a_ban(NOON), Run("category", {}, 7, NOON)]
    header, *rows, last = runs_as_lines(list(summarize_runs(runs)))
    for name in ("seconds", "found", "failed", "skipped"):
        end = header.index(name) + len(name)
        assert all(
            row[end - 1] != " " and row[end : end + 2] == "  " for row in rows if name != "seconds" or "kill" not in row
        )
    status = header.index("status")
    assert [row[status:].split("  ")[0] for row in rows] == ["all well", "blocked", "killed"]
    assert rows[1].endswith(BAN)
    assert rows[0].split()[:5] == ["channel", "2022-05-26", "12:00", "75", "400"]
    assert rows[2].split()[:4] == ["category", "2022-05-26", "12:00", "0"]  # a killed run has no duration
    assert last == "runs: 3 (all well 1, blocked 1, killed 1)"
