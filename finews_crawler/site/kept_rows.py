"""Rows that the last build has rendered, for the next one: the page of a month may have thousands, which cost seconds.

Only rows that the theme's own plugin writes are kept, each on a line of its own: ``_plugins/post_rows.rb``. They are
not read, but named by their place in the page.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from finews_crawler.site.theme_install import THEME

STOCK = (
    *("_includes/entries.html", "_plugins/post_rows.rb", "_plugins/page_rows.rb"),
    *("_layouts/category.html", "_layouts/ticker.html"),
)
"""Files of the theme that write rows, or pass posts to those that do."""
BEGIN, END = b'\n<li><a href="', b"</time></li>\n"
TIME, OUTLET = b' <time datetime="', b' <span class="by">'
DAY = len("2022-05-18")


def is_stock(site: Path) -> bool:
    """Return True if the theme in the folder *site* writes rows as it was shipped."""
    try:
        return all((site / name).read_bytes() == (THEME / name).read_bytes() for name in STOCK)
    except OSError:
        return False


@dataclass(frozen=True)
class KeptRows:
    """Rows of a page of the last build, newest first."""

    page: Path
    text: bytes
    begin: int
    end: int

    @classmethod
    def of(cls, page: Path) -> KeptRows:
        """Find the rows of a page; none if it cannot be read."""
        try:
            text = page.read_bytes()
        except OSError:
            text = b""
        begin = text.find(BEGIN)
        return cls(page, text, begin, text.rfind(END) + len(END) - 1 if begin >= 0 else begin)

    def without(self, days: Collection[str]) -> list[tuple[str, int, int]]:
        """Return the places of the rows: for each day its name, begin and end, and around them those of other days."""
        places, begin = [], self.begin
        for day in sorted(days, reverse=True):
            first, after = self._older_than(f"{day}~", begin), self._older_than(day, begin)
            places += [("", begin, first), (day, first, after)]
            begin = after
        return [*places, ("", begin, self.end)]

    def _older_than(self, day: str, low: int) -> int:
        """Return where the rows before *day* begin, by bisection."""
        high, wanted = self.end, day.encode()
        while low < high:
            row = self.text.rfind(BEGIN, low, (low + high) // 2 + len(BEGIN))
            at = self.text.find(TIME, row) + len(TIME)
            if self.text[at : at + DAY] < wanted:
                high = row
            else:
                after = self.text.find(BEGIN, row + 1, self.end)
                low = after if after >= 0 else self.end
        return low

    def are(self, places: Iterable[tuple[str, int, int]], count: int, *, with_outlet: bool) -> bool:
        """Return True if there are *count* rows at *places*, all of them with the outlet, or none."""
        texts = [self.text[begin:end] for _, begin, end in places]
        expected = {BEGIN: count, END[:-1]: count, b"\n": count, TIME: count, OUTLET: count if with_outlet else 0}
        return all(sum(text.count(mark) for text in texts) == number for mark, number in expected.items())

    def as_json(self, begin: int, end: int) -> str:
        """Return rows as an entry for our Jekyll plugin."""
        place = {"page": str(self.page.absolute()), "begin": begin, "end": end}
        return json.dumps({"datetime": "", "kept": place})
