"""Plain text of a body: white space as a browser shows it, one line for each block."""

from __future__ import annotations

import re

# White space that HTML collapses, and the no-break space. An ideographic space (U+3000) inside a line is text.
SPACE = re.compile("[ \t\n\r\f\v\u00a0]+")


class PlainTextBuilder:
    r"""Builds lines, none of which is empty or begins or ends with white space.

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
        """Number of characters so far: the offset of the next one."""
        return self._before + self._length

    def write(self, text: str) -> int | None:
        """Append to the current line. Return the offset of the first visible character, None without one."""
        shown = SPACE.sub(" ", text)
        if not self._pieces:
            shown = shown.lstrip()
        elif self._pieces[-1].endswith((" ", "\t")):
            shown = shown.lstrip(" ")
        if not shown:
            return None
        visible = len(shown.lstrip())
        position = self.position + len(shown) - visible if visible else None
        self._add(shown)
        return position

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def separate(self) -> None:
        """Begin the next cell of a table row."""
        if self._pieces:
            self._add("\t")

    def break_line(self) -> None:
        """End the current line; drop it if it is blank."""
        if not self._pieces:
            return
        line = "".join(self._pieces).strip()
        self._pieces, self._length = [], 0
        if line:
            self.lines.append(line)
            self._before += len(line) + 1

    def truncate(self, count: int) -> None:
        """Keep only the first *count* lines."""
        self.break_line()
        self._before -= sum(len(line) + 1 for line in self.lines[count:])
        del self.lines[count:]

    def text(self) -> str:
        """Return all lines, separated by newlines."""
        self.break_line()
        return "\n".join(self.lines)
