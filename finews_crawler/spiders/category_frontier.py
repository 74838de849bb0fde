"""What a run has read of one category, and where it may end: a list that is all held has nothing more to tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

HELD_IN_A_ROW = 100
"""So many held articles, one after the other, newest first, end the reading of a category. Not the first held one:
lists reorder, and an article may come in late."""
READ_WHOLE_EVERY = timedelta(days=7)
"""An older month may have changed all the same."""


@dataclass
class CategoryReading:
    """The lists of one category: its page, and those of its months, newest first."""

    path: str
    was_whole: bool = False
    """Whether a run not long ago has read all of its lists and held all that they named. Until then nothing is left
    out: a backfill that broke off holds the newest, too."""
    is_whole: bool = True
    """Whether this run has read each list so far."""
    held_in_a_row: int = 0
    met: set[str] = field(default_factory=set)
    """The paths of the posts that its lists have named: on a further list they are not found once more."""

    def take(self, *, is_held: bool) -> None:
        """One more row."""
        self.held_in_a_row = self.held_in_a_row + 1 if is_held else 0

    @property
    def may_end(self) -> bool:
        """Whether its further lists need not be asked for.

        >>> reading = CategoryReading("/category/a.html", was_whole=True)
        >>> for _ in range(HELD_IN_A_ROW):
        ...     reading.take(is_held=True)
        >>> reading.may_end, CategoryReading("/category/b.html", held_in_a_row=1000).may_end
        (True, False)
        """
        return self.was_whole and self.held_in_a_row >= HELD_IN_A_ROW
