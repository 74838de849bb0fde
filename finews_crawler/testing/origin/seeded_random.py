"""Random numbers that are equal in every process: seeded with text, never with the clock or ``hash()``."""

from __future__ import annotations

import random


def seeded_random(*parts: int | str) -> random.Random:
    """Return the generator for *parts*, such as ``seeded_random(seed, index, "body")``.

    A text seed goes through SHA-512, so neither PYTHONHASHSEED nor the platform matters.
    """
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - repeatable on purpose
