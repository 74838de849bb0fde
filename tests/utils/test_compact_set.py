"""`utils.compact_set`: exact for every string, and small for those that it is made for."""

from __future__ import annotations

import copy
import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.utils.compact_set import CompactSet

CODES = st.from_regex(r"[A-Z]{0,2}[0-9]{5,20}(\.html)?", fullmatch=True)
NEAR = st.text("019.a０٣\n\0", max_size=16)
"""With digits that are not of ASCII: they are other characters, and not other spellings of the same number."""


@given(st.lists(CODES | NEAR | st.text(max_size=12)), st.lists(CODES | NEAR | st.text(max_size=12)))
def test_it_contains_exactly_what_was_added(added: list[str], others: list[str]) -> None:
    compact, reference = CompactSet(), set[str]()
    for text in added:
        assert (text in compact) == (text in reference)
        compact.add(text)
        reference.add(text)
    assert all(text in compact for text in added)
    assert bool(compact) == bool(reference)
    assert [text in compact for text in others] == [text in reference for text in others]


@given(st.lists(CODES | NEAR), st.lists(CODES | NEAR))
def test_what_is_removed_is_as_if_it_had_not_been_added(added: list[str], others: list[str]) -> None:
    compact, reference = CompactSet(), set(added)
    for text in added:
        compact.add(text)
    for text in (*others, *added):
        assert compact.remove(text) == (text in reference)
        reference.discard(text)
        assert len(compact) == len(reference)
        assert text not in compact
    assert compact == CompactSet()


@given(st.lists(CODES | NEAR))
def test_two_sets_are_equal_whatever_the_order(added: list[str]) -> None:
    one, two = CompactSet(), CompactSet()
    for text in added:
        one.add(text)
    for text in (*added[::-1], *added):
        two.add(text)
    assert one == two == copy.deepcopy(one)
    two.add("another")
    assert one != two


def test_an_info_code_takes_few_bytes() -> None:
    """Of a list, newest first, with some hundreds of articles a day; also of one with all numbers at random."""
    number = random.Random(1)
    series = [f"NW2022{day:04}{2_391_999_999 - 3_000 * place:010}" for day in range(100) for place in range(200)]
    drawn = [f"NW20220526239{number.randrange(10**7):07}" for _ in range(20_000)]
    for codes in (series, drawn):
        tracemalloc.start()
        compact = CompactSet()
        for code in codes:
            compact.add(code)
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert taken < 10 * len(codes)
