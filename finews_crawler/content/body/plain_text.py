"""Plain text as it is gathered from a body: its white space is a browser's, its lines are the body's blocks."""

from __future__ import annotations

import re

# What a browser shows as one space, and the space that does not break. An ideographic one within a line stays.
SPACE = re.compile("[ \t\n\r\f\v\u00a0]+")
TAB = "\t"


class PlainTextBuilder:
    r"""Gathers lines: none is empty, none begins or ends with white space.

    >>> lines = PlainTextBuilder()
    >>> lines.write("\u3000\u3000据悉，\n 军团"), lines.break_line(), lines.write(" 落户 ")
    (0, None, 7)
    >>> lines.text()
    '据悉， 军团\n落户'
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._before = 0
        self._pieces: list[str] = []
        self._length = 0

    @property
    def position(self) -> int:
        """Characters so far: where the next one stands."""
        return self._before + self._length

    def write(self, text: str) -> int | None:
        """Go on with the line; where the first visible character stands, None when there is none."""
        shown = SPACE.sub(" ", text)
        if not self._pieces:
            shown = shown.lstrip()
        elif self._pieces[-1].endswith((" ", TAB)):
            shown = shown.lstrip(" ")
        position = self.position + len(shown) - len(shown.lstrip()) if shown.strip() else None
        self._add(shown)
        return position

    def _add(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._length += len(piece)

    def separate(self) -> None:
        """Begin another cell of a table's row."""
        if self._pieces:
            self._add(TAB)

    def break_line(self) -> None:
        """End the line, if there is one."""
        line = "".join(self._pieces).strip()
        self._pieces, self._length = [], 0
        if line:
            self.lines.append(line)
            self._before += len(line) + 1

    def pop_lines(self, lines: int) -> list[str]:
        """Keep only so many lines; returns those after them."""
        self.break_line()
        taken = self.lines[lines:]
        del self.lines[lines:]
        self._before -= sum(len(line) + 1 for line in taken)
        return taken

    def text(self) -> str:
        self.break_line()
        return "\n".join(self.lines)
