"""The scan for stretches, against what is said of it, for any evidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.operate.coverage.cusum import SLIGHT, Interval, evidence, find_intervals, needed_evidence, tightened

EVIDENCES = st.lists(st.integers(-20, 20), max_size=60)
NEEDED = st.integers(1, 40)


def best(evidences: list[int]) -> int:
    """The most that any stretch has, found by trying all."""
    sums = [
        sum(evidences[begin:end]) for begin in range(len(evidences)) for end in range(begin + 1, len(evidences) + 1)
    ]
    return max(sums, default=0)


@given(EVIDENCES, NEEDED)
def test_stretches_are_in_order_and_each_has_what_is_needed(evidences: list[int], needed: int) -> None:
    ends = 0
    for begin, end in find_intervals(evidences, needed):
        assert ends <= begin < end <= len(evidences)
        assert sum(evidences[begin:end]) >= needed
        # Neither edge could be cut off with profit.
        assert evidences[begin] > 0
        assert evidences[end - 1] > 0
        ends = end


@given(EVIDENCES, NEEDED)
def test_there_is_one_where_any_has_what_is_needed(evidences: list[int], needed: int) -> None:
    assert bool(find_intervals(evidences, needed)) == (best(evidences) >= needed)


@given(EVIDENCES, EVIDENCES, NEEDED)
def test_quiet_hours_change_nothing(before: list[int], after: list[int], needed: int) -> None:
    plain = find_intervals([*before, *after], needed)
    quiet = find_intervals([*before, *([0] * 8), *after], needed)
    assert [sum([*before, *after][slice(*one)]) for one in plain] == [
        sum([*before, *([0] * 8), *after][slice(*one)]) for one in quiet
    ]


def test_two_holes_with_good_days_between_them_are_two() -> None:
    assert len(find_intervals([20, -15, -15, 20], needed=15)) == 2
    # What comes by between them is too little to say that it was over.
    assert len(find_intervals([20, -5, 20], needed=15)) == 1


@given(st.integers(0, 50), st.floats(0, 100))
def test_evidence_grows_with_what_is_missing(found: int, expected: float) -> None:
    assert evidence(found + 1, expected) < evidence(found, expected) < evidence(found, expected + 1)


def test_more_chances_need_more() -> None:
    assert needed_evidence(0) == needed_evidence(1) < needed_evidence(100) < needed_evidence(100_000)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.1, 8)), min_size=4, max_size=40))
def test_a_tightened_stretch_loses_little(hours: list[tuple[int, float]]) -> None:
    found = [number for number, _ in hours]
    evidences = [evidence(*hour) for hour in hours]
    for stretch in find_intervals(evidences, needed=2.5 * SLIGHT):
        begin, end = tightened(stretch, found, evidences)
        assert stretch.begin <= begin < end <= stretch.end
        assert sum(evidences[begin:end]) > sum(evidences[slice(*stretch)]) - 2 * SLIGHT
        # What it lost ends with an article.
        assert begin == stretch.begin or found[begin - 1]
        assert end == stretch.end or found[end]
    assert tightened(Interval(0, 0), [], []) == (0, 0)
