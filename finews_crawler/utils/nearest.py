"""Suggestions for misspelt and unknown names."""

from __future__ import annotations

from collections.abc import Collection, Iterable

NEAR = 0.6
"""Similarity from which a name is near: difflib's own."""


def did_you_mean(name: str, known: Iterable[str], near: float = NEAR) -> str:
    """Return the end of an error message with the nearest known name, '' if none is near.

    >>> did_you_mean("Colums", ["fast", "columns"]), did_you_mean("radio", ["fast", "columns"])
    ('; did you mean columns?', '')
    """
    found = nearest(name, known, near)
    return f"; did you mean {found}?" if found else ""


def nearest(name: str, known: Iterable[str], near: float = NEAR) -> str:
    """Return the known name that is nearest to *name* in any case, '' if none is near.

    >>> nearest("download_dely", ["DOWNLOAD_DELAY", "USER_AGENT"]), nearest("x", ["DOWNLOAD_DELAY"])
    ('DOWNLOAD_DELAY', '')
    """
    from difflib import get_close_matches  # here and below: only for a message about an error

    by_lower = {other.lower(): other for other in known}
    found = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=near)
    return by_lower[found[0]] if found else ""


def nearest_names(name: str, known: Collection[str], number: int) -> list[str]:
    """Return at most *number* known names near *name*: first those that contain it, the shortest first.

    >>> nearest_names("证券", ["财联社", "证券时报网", "证券时报"], 2), nearest_names("时报证券", ["证券时报"], 2)
    (['证券时报', '证券时报网'], ['证券时报'])
    >>> nearest_names("不存在", ["财联社"], 2)
    []
    """
    from difflib import get_close_matches

    containing = sorted((other for other in known if name and name in other), key=lambda other: (len(other), other))
    similar = get_close_matches(name, sorted(known), number, cutoff=0.5)
    return list(dict.fromkeys([*containing, *similar]))[:number]
