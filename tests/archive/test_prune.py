"""Prune: expired data is deleted, and a killed prune is completed by the next one."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.prune import Due, Kind, look, prune
from finews_crawler.archive.runs import Run, put_run, read_runs
from finews_crawler.archive.samples import Samples
from finews_crawler.articles.derive import derive
from finews_crawler.articles.links import PostUrls
from finews_crawler.items import Rejection
from finews_crawler.utils.timezone import BEIJING
from tests.archive.crash_scenarios import media, opened
from tests.support.archive_snapshot import Contents, index_rows
from tests.support.kill_points import survives

CODE = "NW202205260000000000"
DAY = timedelta(days=1)
CUT = datetime(2022, 6, 1, tzinfo=BEIJING)
ALL = dict.fromkeys(Kind, CUT)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    archive = opened(tmp_path / "data")
    yield archive
    archive.close()


def store(archive: Archive, *revised_at: datetime) -> None:
    """Write an article and its revisions."""
    for revision, moment in enumerate([None, *revised_at]):
        article = derive(media(CODE, f"第{revision}"), PostUrls())[0]
        article.first_seen_at, article.revision, article.revised_at = CUT - 90 * DAY, revision, moment
        change = archive.store([article])[0]
        assert change.error is None


def rejection(number: int, listing_hash: str = "rows", *, is_final: bool = True) -> Rejection:
    return Rejection(
        f"NW20220526000000001{number}", "untitled", "no title", '{"title": ""}', "", is_final, f"{listing_hash}"
    )


def lines(archive: Archive) -> list[str]:
    content = archive.directory.rejected.read_text(encoding="utf-8")
    return [json.loads(line)["info_code"][-1] for line in content.splitlines()]


def revisions(archive: Archive) -> list[int]:
    return [article.revision for article in archive.index.revisions(CODE)]


def test_a_revision_expires_by_the_time_it_was_superseded(archive: Archive) -> None:
    store(archive, CUT - 60 * DAY, CUT - timedelta(seconds=1), CUT, CUT + DAY)
    assert revisions(archive) == [0, 1, 2, 3]
    assert prune(archive, {Kind.REVISIONS: CUT}) == {Kind.REVISIONS: Due(2, 4)}
    assert revisions(archive) == [2, 3]
    # Pruning again finds no more.
    assert prune(archive, {Kind.REVISIONS: CUT + DAY}) == {Kind.REVISIONS: Due(1, 2)}
    assert prune(archive, {Kind.REVISIONS: CUT + 2 * DAY}) == {Kind.REVISIONS: Due(1, 1)}
    held = archive.get(CODE)
    assert held is not None
    assert held.revision == 4


def test_times_are_compared_across_offsets(archive: Archive) -> None:
    """The limit may have any UTC offset."""
    store(archive, CUT - DAY)
    archive.reject(rejection(1), CUT - DAY)
    in_utc = (CUT - DAY).astimezone(UTC)
    assert look(archive, dict.fromkeys((Kind.REVISIONS, Kind.REJECTED), in_utc)) == {
        Kind.REVISIONS: Due(0, 1),
        Kind.REJECTED: Due(0, 1),
    }


def test_a_pruned_final_rejection_is_not_fetched_again(archive: Archive) -> None:
    old, new = CUT - DAY, CUT + DAY
    for number, listing_hash, is_final, moment in ((1, "rows", True, old), (2, "", True, old), (3, "rows", False, old)):
        archive.reject(rejection(number, listing_hash, is_final=is_final), moment)
    archive.reject(rejection(4), new)
    assert prune(archive, {Kind.REJECTED: CUT}) == {Kind.REJECTED: Due(3, 4)}
    assert lines(archive) == ["4"]
    rows = archive.index.select("SELECT substr(info_code, -1), payload_hash = '' FROM rejection ORDER BY info_code")
    assert rows == [("1", 1), ("4", 0)]
    assert archive.index.was_rejected(rejection(1).info_code, "rows")
    assert archive.index.was_rejected(rejection(4).info_code, "rows")
    # No row claims a payload that is gone, so a later fetch of the article stores it again.
    assert archive.reject(rejection(1), new)
    assert not archive.reject(rejection(1), new)
    assert not archive.reject(rejection(4), new)
    assert lines(archive) == ["4", "1"]
    assert prune(archive, {Kind.REJECTED: new + DAY}) == {Kind.REJECTED: Due(2, 2)}
    assert lines(archive) == []
    assert archive.index.was_rejected(rejection(1).info_code, "rows")
    assert archive.reject(rejection(2), new)


def test_lines_of_other_programs_are_kept(archive: Archive) -> None:
    archive.reject(rejection(1), CUT - DAY)
    notes = b'a note\n[]\n{"rejected_at": "soon"}\n{"rejected_at": "2022-05-01T00:00:00"}\n{"rejected_at": 5}\n'
    with archive.directory.rejected.open("ab") as file:
        file.write(notes)
    assert prune(archive, {Kind.REJECTED: CUT}) == {Kind.REJECTED: Due(1, 6)}
    assert archive.directory.rejected.read_bytes() == notes


def test_samples_expire_by_modification_time(archive: Archive) -> None:
    samples = Samples(archive.directory)
    for body, moment in ((b"old", CUT - DAY), (b"new", CUT)):
        os.utime(samples.keep("archive list", body), (moment.timestamp(),) * 2)
    assert prune(archive, {Kind.SAMPLES: CUT}) == {Kind.SAMPLES: Due(1, 2)}
    assert [path.read_bytes() for path in samples.folder.iterdir()] == [b"new"]


def test_the_last_run_of_each_spider_stays(archive: Archive) -> None:
    for number, (spider, days) in enumerate([("channel", 9), ("share", 8), ("channel", 7), ("channel", -1)]):
        put_run(archive.index, Run(spider, {}, number, CUT - days * DAY))
    assert prune(archive, {Kind.RUNS: CUT}) == {Kind.RUNS: Due(2, 4)}
    assert [run.pid for run in read_runs(archive.index)] == [1, 3]


def test_kinds_without_a_limit_are_kept(tmp_path: Path) -> None:
    archive = opened(tmp_path / "data")
    fill(archive)
    archive.close()
    before = Contents.of(tmp_path / "data")
    archive = opened(tmp_path / "data")
    assert prune(archive, {}) == {}
    assert prune(archive, dict.fromkeys(Kind, CUT - 1000 * DAY)) == {
        Kind.REVISIONS: Due(0, 2),
        Kind.REJECTED: Due(0, 3),
        Kind.SAMPLES: Due(0, 2),
        Kind.RUNS: Due(0, 2),
    }
    assert look(archive, ALL).keys() == ALL.keys()
    archive.close()
    assert before.differences(Contents.of(tmp_path / "data")) == []


def fill(archive: Archive) -> None:
    """Write an expired and a current item of each kind."""
    store(archive, CUT - DAY, CUT + DAY)
    for number, listing_hash, moment in ((1, "rows", CUT - DAY), (2, "", CUT - DAY), (3, "rows", CUT + DAY)):
        archive.reject(rejection(number, listing_hash), moment)
    for body, moment in ((b"old", CUT - DAY), (b"new", CUT + DAY)):
        os.utime(Samples(archive.directory).keep("archive list", body), (moment.timestamp(),) * 2)
    for moment in (CUT - DAY, CUT + DAY):
        put_run(archive.index, Run("channel", {}, 1, moment))


def prune_all(data: Path) -> None:
    archive = opened(data)
    prune(archive, ALL)
    archive.close()


def test_pruning_an_empty_archive_creates_no_files(tmp_path: Path) -> None:
    prune_all(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_prune_killed_before_each_operation(tmp_path: Path) -> None:
    """The next prune reaches the same state."""
    before, whole = tmp_path / "before", tmp_path / "whole"
    archive = opened(before)
    fill(archive)
    # The last line is expired: the next run may restore the row that a killed prune deleted.
    archive.reject(rejection(5), CUT - 2 * DAY)
    archive.close()
    prune_all(shutil.copytree(before, whole))
    end = Contents.of(whole)
    assert Contents.of(before).differences(end) != []
    killed = 0
    while not survives(prune_all, shutil.copytree(before, tmp_path / "data"), killed):
        data = tmp_path / "data"
        kept = {json.loads(line)["info_code"] for line in (data / "rejected.jsonl").read_bytes().splitlines()}
        # No row claims a payload that is gone.
        assert {row["info_code"] for row in index_rows(data)["rejection"] if row["payload_hash"]} <= kept
        for path in data.glob(".*.part"):
            os.utime(path, (0, 0))  # the next prune runs days later
        prune_all(data)
        assert end.differences(Contents.of(data)) == [], f"killed before operation {killed}"
        shutil.rmtree(data)
        killed += 1
    assert killed > 10  # the number of operations depends on the Python version
