"""Plain text: positions are offsets in the resulting text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.body.plain_text import PlainTextBuilder

PIECES = st.lists(st.text("甲 \u3000\n\t\u00a0a", max_size=6) | st.sampled_from(["<break>", "<cell>"]), max_size=20)


@given(PIECES)
def test_write_returns_the_offset_of_the_first_visible_character(pieces: list[str]) -> None:
    lines, written = PlainTextBuilder(), []
    for piece in pieces:
        if piece == "<break>":
            lines.break_line()
        elif piece == "<cell>":
            lines.separate()
        else:
            written.append((lines.write(piece), piece.strip()[:1]))
    text = lines.text()
    assert [text[place] for place, _ in written if place is not None] == [first for _, first in written if first]
    assert all(line and line == line.strip() for line in text.split("\n")) or text == ""
    assert "  " not in text


def test_truncate_moves_the_position_back() -> None:
    lines = PlainTextBuilder()
    lines.write("一")
    lines.break_line()
    lines.write("二")
    lines.truncate(1)
    assert (lines.write("三"), lines.text()) == (2, "一\n三")
