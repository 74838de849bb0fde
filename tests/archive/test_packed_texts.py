"""Packed texts: any texts come back, and what was not packed so is one of the decoders' flaws."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.archive import packed_texts
from finews_crawler.archive.decoders import FLAWS
from finews_crawler.archive.packed_texts import LENGTHS, pack, unpack

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
TEXTS = ("<p>甲\0\U0001f600</p>", "", "<p>甲</p>\n", "甲")


@given(st.tuples(TEXT, TEXT, TEXT, TEXT))
def test_unpack_returns_what_was_packed(texts: tuple[str, str, str, str]) -> None:
    assert unpack(pack(texts)) == texts


def test_threads_do_not_disturb_each_other() -> None:
    texts = [(f"<p>{number}</p>" * 20_000, "", "", f"{number}" * 20_000) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(unpack, pool.map(pack, texts))) == texts


def test_damage_is_found() -> None:
    packed = pack(TEXTS)
    for bit in range(8 * len(packed)):
        damaged = bytearray(packed)
        damaged[bit // 8] ^= 1 << bit % 8
        with suppress(*FLAWS):
            assert unpack(bytes(damaged)) == TEXTS  # a bit without a meaning
    for length in range(len(packed)):
        with pytest.raises(FLAWS):
            unpack(packed[:length])


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        pack(TEXTS) + b"\0",
        pack(TEXTS) + pack(TEXTS),
        zstandard.compress(b""),
        zstandard.compress(LENGTHS.pack(1, 1, 1, 2) + b"1234"),
        zstandard.compress(LENGTHS.pack(0, 0, 0, 1) + b"\xff"),
        zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 99),
    ],
)
def test_another_value_is_a_flaw(value: object) -> None:
    with pytest.raises(FLAWS):
        unpack(value)


def test_neither_side_takes_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack(("<p>甲</p>" * 1000, "", "", ""))
    monkeypatch.setattr(packed_texts, "LARGEST", 5000)
    for call in (lambda: unpack(packed), lambda: pack(("甲" * 5000, "", "", ""))):
        with pytest.raises(ValueError, match=r"size|more than"):
            call()
