"""Rejections: a line and a row, or neither."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from finews_crawler.archive.index import Index
from finews_crawler.archive.rejections import Rejections
from finews_crawler.items import Rejection

NOW = datetime(2022, 5, 18, 8, 0, 0, tzinfo=UTC)


def rejection(number: int) -> Rejection:
    return Rejection(
        info_code=f"NW20220518238363806{number}",
        reason="no_title",
        detail="the title is empty",
        payload="{标题}",
        source_url="http://127.0.0.1/list",
        is_final=True,
        listing_hash="",
    )


def codes(path: Path) -> list[str]:
    return [json.loads(line)["info_code"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def rejections(tmp_path: Path) -> Rejections:
    return Rejections(tmp_path / "rejected.jsonl", Index(tmp_path / "index.sqlite"))


def refuse_rows(index: Index, *, refuse: bool) -> None:
    """Make the index reject rows of rejections, or accept them again."""
    create = "CREATE TRIGGER refuse BEFORE INSERT ON rejection BEGIN SELECT RAISE(ABORT, 'no room'); END"
    with closing(sqlite3.connect(index.path)) as connection, connection:
        connection.execute(create if refuse else "DROP TRIGGER refuse")


def test_a_line_is_removed_if_its_row_fails(rejections: Rejections) -> None:
    assert rejections.add(rejection(1), NOW)
    refuse_rows(rejections.index, refuse=True)
    for number in (2, 3):
        with pytest.raises(sqlite3.Error, match="no room"):
            rejections.add(rejection(number), NOW)
    assert codes(rejections.path) == [rejection(1).info_code]
    refuse_rows(rejections.index, refuse=False)
    # The next run gets the same responses.
    rejections.finish()
    assert [rejections.add(rejection(number), NOW) for number in (1, 2, 3)] == [False, True, True]
    assert codes(rejections.path) == [rejection(number).info_code for number in (1, 2, 3)]
    rejections.index.close()


def test_the_first_line_is_removed_if_its_row_fails(rejections: Rejections) -> None:
    with rejections.index.writing():
        pass
    refuse_rows(rejections.index, refuse=True)
    with pytest.raises(sqlite3.Error, match="no room"):
        rejections.add(rejection(1), NOW)
    assert rejections.path.read_bytes() == b""
    rejections.finish()
    refuse_rows(rejections.index, refuse=False)
    assert rejections.add(rejection(1), NOW)
    assert codes(rejections.path) == [rejection(1).info_code]
    rejections.index.close()


def test_finish_adds_a_missing_row(rejections: Rejections) -> None:
    """The run was killed between the two writes."""
    assert rejections.add(rejection(1), NOW)
    with closing(sqlite3.connect(rejections.index.path)) as connection, connection:
        connection.execute("DELETE FROM rejection")
    rejections.finish()
    assert not rejections.add(rejection(1), NOW)
    assert codes(rejections.path) == [rejection(1).info_code]
    rejections.index.close()


def test_finish_keeps_a_complete_line_without_line_break(rejections: Rejections) -> None:
    """Some editors save a file without the last line break."""
    for number in (1, 2):
        rejections.add(rejection(number), NOW)
    content = rejections.path.read_bytes()
    rejections.path.write_bytes(content[:-1])
    rejections.finish()
    assert rejections.path.read_bytes() == content
    # An incomplete line is truncated.
    rejections.path.write_bytes(content[:-2])
    rejections.finish()
    assert codes(rejections.path) == [rejection(1).info_code]
    rejections.index.close()
