"""Properties of ``find_intervals``, ``evidence`` and ``trim`` on any input."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.operate.coverage.cusum import SLIGHT, Interval, evidence, find_intervals, needed_evidence, trim

EVIDENCES = st.lists(st.integers(-20, 20), max_size=60)
NEEDED = st.integers(1, 40)


def best(evidences: list[int]) -> int:
    """Return the maximum evidence of any interval, by brute force."""
    sums = [
        sum(evidences[begin:end]) for begin in range(len(evidences)) for end in range(begin + 1, len(evidences) + 1)
    ]
    return max(sums, default=0)


@given(EVIDENCES, NEEDED)
def test_intervals_are_ordered_and_have_the_needed_evidence(evidences: list[int], needed: int) -> None:
    ends = 0
    for begin, end in find_intervals(evidences, needed):
        assert ends <= begin < end <= len(evidences)
        assert sum(evidences[begin:end]) >= needed
        # Removing an hour at either edge would not increase the evidence.
        assert evidences[begin] > 0
        assert evidences[end - 1] > 0
        ends = end


@given(EVIDENCES, NEEDED)
def test_an_interval_is_found_if_any_has_the_needed_evidence(evidences: list[int], needed: int) -> None:
    assert bool(find_intervals(evidences, needed)) == (best(evidences) >= needed)


@given(EVIDENCES, EVIDENCES, NEEDED)
def test_hours_without_evidence_change_nothing(before: list[int], after: list[int], needed: int) -> None:
    plain = find_intervals([*before, *after], needed)
    padded = find_intervals([*before, *([0] * 8), *after], needed)
    assert [sum([*before, *after][slice(*one)]) for one in plain] == [
        sum([*before, *([0] * 8), *after][slice(*one)]) for one in padded
    ]


def test_normal_hours_separate_two_intervals() -> None:
    assert len(find_intervals([20, -15, -15, 20], needed=15)) == 2
    # Too little evidence between them that the gap was over.
    assert len(find_intervals([20, -5, 20], needed=15)) == 1


@given(st.integers(0, 50), st.floats(0, 100))
def test_evidence_grows_with_the_missing_articles(found: int, expected: float) -> None:
    assert evidence(found + 1, expected) < evidence(found, expected) < evidence(found, expected + 1)


def test_needed_evidence_grows_with_the_chances() -> None:
    assert needed_evidence(0) == needed_evidence(1) < needed_evidence(100) < needed_evidence(100_000)


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0.1, 8)), min_size=4, max_size=40))
def test_trim_removes_little_evidence(hours: list[tuple[int, float]]) -> None:
    found = [number for number, _ in hours]
    evidences = [evidence(*hour) for hour in hours]
    for interval in find_intervals(evidences, needed=2.5 * SLIGHT):
        begin, end = trim(interval, found, evidences)
        assert interval.begin <= begin < end <= interval.end
        assert sum(evidences[begin:end]) > sum(evidences[slice(*interval)]) - 2 * SLIGHT
        # The removed hours end with an article.
        assert begin == interval.begin or found[begin - 1]
        assert end == interval.end or found[end]
    assert trim(Interval(0, 0), [], []) == (0, 0)
