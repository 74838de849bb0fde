"""Report of ``finews retire``: the posts that moved, would move, or were left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from finews_crawler.archive.retire import Retired
from finews_crawler.utils.terminal import write_stderr

WHY_LEFT = {
    Retired.CHANGED: "differs from the index: finews reindex takes the change over, finews rebuild undoes it",
    Retired.IN_THE_WAY: "cannot move, another post has that name in the target folder: keep one of the two",
}


def report_moves(moves: Iterator[tuple[str, Retired]], *, is_dry: bool) -> tuple[Counter[Retired], list[str]]:
    """Return the number of posts of each outcome, and the posts that a dry run would move. Report those left."""
    done: Counter[Retired] = Counter()
    would_move = []
    for path, outcome in moves:
        done[outcome] += 1
        if outcome in WHY_LEFT:
            write_stderr(f"left: {path} {WHY_LEFT[outcome]}")
        elif is_dry:
            would_move.append(path)
    return done, would_move
