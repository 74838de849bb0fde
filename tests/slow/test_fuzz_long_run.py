"""The long run finds bugs, keeps their inputs, and ends: tested on a surface with bugs on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import long_run, surfaces, watch
from tests.fuzz.watch import TookTooLong, Watch


def broken(data: bytes) -> str:
    if b"raise" in data:
        raise KeyError(data)
    if b"take long" in data:
        end = watch.time.process_time() + 60
        while watch.time.process_time() < end:
            pass
    return "<p>甲</p>" + "<b>" * len(data)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    monkeypatch.setitem(surfaces.SURFACES, "broken", broken)
    monkeypatch.setattr(watch, "SECONDS_TO_GIVE_UP", 0.2)
    return Watch("broken", tmp_path / "found", seconds=0.1)


def test_the_smallest_input_of_each_kind_is_kept(watched: Watch) -> None:
    for data in (b"fine", b"please raise", b"raise", b"do raise it"):
        watched.try_one(data)
    (found,) = watched.folder.glob("KeyError*.bin")
    assert found.read_bytes() == b"raise"
    assert "KeyError" in found.with_suffix(".txt").read_text(encoding="utf-8")
    assert watched.executions == 4


def test_an_input_that_never_ends_is_given_up(watched: Watch) -> None:
    assert isinstance(watched.try_one(b"take long"), TookTooLong)
    assert [path.read_bytes() for path in watched.folder.glob("TookTooLong*.bin")] == [b"take long"]
    assert watched.try_one(b"fine") is None


def test_the_input_being_tried_is_on_disk(watched: Watch) -> None:
    watched.try_one(b"first")
    watched.try_one(b"2nd")
    assert (watched.folder / "current.bin").read_bytes() == b"2nd"


def test_an_engine_that_tried_nothing_is_a_finding(tmp_path: Path) -> None:
    assert long_run.without_report({"executions": 3}, tmp_path) == []
    assert long_run.without_report({}, tmp_path) == [f"{tmp_path}: the engine tried no input: see its log there"]
