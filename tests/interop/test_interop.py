"""The comparison sees what differs, and docs/interop.md has a row for each check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.interop.__main__ import DOCUMENT, all_checks, outcome
from tests.interop.cells import Cell, Check, NotRun, Outcome, ReaderFailed, Result
from tests.interop.expected import compare
from tests.interop.material import Material
from tests.interop.table import BEGIN, END, listed, update

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


def test_an_update_keeps_the_rows_of_other_checks(tmp_path: Path) -> None:
    document = tmp_path / "interop.md"
    document.write_text(f"before\n{BEGIN}old\n{END}after\n", "utf-8")
    first = [Cell(name, output, name, "1", "right", "1 | 2") for name, output in (("c", "X"), ("b", "Y"), ("a", "X"))]
    update(document, [*first, Cell("gone", "X", "gone", "1", "right", "")], ["a", "b", "c", "gone"])
    update(document, [Cell("b", "Y", "b", version, "wrong", "less", "sort it") for version in "12"], ["a", "b", "c"])
    text = document.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "4 cells: 2 right, 0 right, with help, 2 wrong, 0 not run." in text
    assert [cell.as_dict() for cell in listed(document)] == [
        *(Cell(name, "X", name, "1", "right", "1 | 2").as_dict() for name in "ac"),
        *(Cell("b", "Y", "b", version, "wrong", "less. sort it").as_dict() for version in "12"),
    ]


def test_the_page_has_each_check_in_each_version() -> None:
    rows = {(cell.name, cell.reader, cell.version) for cell in listed(DOCUMENT)}
    assert {name for name, _, _ in rows} == {check.name for check in all_checks()}
    for check in all_checks():
        if check.versions != ("",):
            assert {(check.name, check.reader, version) for version in check.versions} <= rows
