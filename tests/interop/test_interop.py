"""The comparison sees what differs, and docs/interop.md has a row for each check."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.interop.__main__ import DOCUMENT, all_checks, outcome
from tests.interop.cells import Cell, Check, NotRun, Outcome, Result
from tests.interop.environments import ReaderFailed
from tests.interop.expected import compare
from tests.interop.material import Material
from tests.interop.table import BEGIN, END, update

ARTICLES = [{"info_code": "a", "title": "一"}, {"info_code": "b", "title": "二"}]


@pytest.mark.parametrize(
    ("read", "result", "seen"),
    [
        ([ARTICLES[1], ARTICLES[0]], "right", "2 articles, title: as written"),
        ([ARTICLES[0]], "wrong", "1 of 2 articles, 1 missing, 0 unknown"),
        ([ARTICLES[0], {**ARTICLES[1], "title": ""}], "wrong", "title differs in 1 of 2: '' instead of '二'"),
        ([], "wrong", "0 of 2 articles, 2 missing, 0 unknown"),
    ],
)
def test_compare(read: list[dict[str, str]], result: str, seen: str) -> None:
    found = compare(ARTICLES, "\n".join(map(json.dumps, read)), ["title"])
    assert (found.result, found.seen) == (result, seen)


@pytest.mark.parametrize(
    ("raised", "result"),
    [
        (NotRun("sudo apt-get install x"), Result.NOT_RUN),
        (ReaderFailed("x ended with status 1"), Result.WRONG),
        (KeyError("x"), Result.WRONG),
    ],
)
def test_a_check_that_fails_is_a_cell(raised: Exception, result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(material: Material, version: str) -> Outcome:
        raise raised

    monkeypatch.setattr("tests.interop.__main__.material", lambda: Material(Path()))
    found = outcome(Check("x", "X", "x", ("1",), check), "1")
    assert found.result == result
    assert "x" in found.seen + found.note


def test_tables_stand_between_the_comments(tmp_path: Path) -> None:
    document = tmp_path / "interop.md"
    document.write_text(f"before\n{BEGIN}old\n{END}after\n", "utf-8")
    cells = [Cell(name, output, name, "1", "right", "1 | 2") for name, output in (("c", "X"), ("b", "Y"), ("a", "X"))]
    update(document, cells, ["a", "b", "c"])
    text = document.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert re.findall(r"^### (.)|^\| ([abc]) \|", text, re.M) == [("X", ""), ("", "a"), ("", "c"), ("Y", ""), ("", "b")]
    assert text.count(r"1 \| 2") == 3


def test_the_page_has_each_check_in_each_version() -> None:
    rows = re.findall(r"^\| (.+?) \| (.*?) \| .*`make interop ONLY=(\S+)` \|$", DOCUMENT.read_text("utf-8"), re.M)
    listed = {(name, reader, version) for reader, version, name in rows}
    assert {name for name, _, _ in listed} == {check.name for check in all_checks()}
    for check in all_checks():
        if check.versions != ("",):
            assert {(check.name, check.reader, version) for version in check.versions} <= listed
