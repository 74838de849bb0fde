"""The one and two adjacent characters of a text: the words that SQLite's trigram tokenizer cannot find.

SQLite's ASCII tokenizer takes every character but ASCII for a part of a word. With the characters below it does so for
those of ASCII too, except line breaks and the like: each word that is typed is one token, and ``MATCH`` finds what
``LIKE`` finds, whatever the characters are.
"""

from __future__ import annotations

import string
from typing import Literal

GAP = "\n"
"""Separates the tokens."""
Width = Literal["H", "I", "Q"]
ENCODINGS: tuple[tuple[str, Width, Width], ...] = (("utf-16-le", "H", "I"), ("utf-32-le", "I", "Q"))
"""Encodings, with the formats of ``memoryview`` for one and two characters. In the first, some characters take two."""


def tokenizer() -> str:
    r"""Return the FTS5 tokenizer of the words. Tabs are between the cells of a table.

    >>> "%" in tokenizer(), "\n" in tokenizer()
    (True, False)
    """
    characters = f"\t {string.punctuation}".replace("'", "''")
    return f"ascii tokenchars '{characters}'"


def short_words(text: str) -> str:
    r"""Return all sequences of two characters, then of one, with line breaks between them; some of them repeat.

    Whole arrays are copied: character by character in Python, this would take a third of the time of an export.

    >>> short_words("联通5G").split()
    ['联通', '5G', '通5', '联', '通', '5', 'G']
    """
    for encoding, one, two in ENCODINGS:  # noqa: B007 (two is used after the loop)
        text_as_bytes = memoryview(text.encode(encoding))
        characters = text_as_bytes.cast(one)
        if len(characters) == len(text):
            break
    pairs = len(text) // 2
    shifted = max(0, len(text) - 1) // 2
    size = 2 * characters.itemsize
    words = bytearray(GAP.encode(encoding) * (4 * (pairs + shifted) + 2 * len(text)))
    view = memoryview(words)
    of_two = view[: 2 * size * (pairs + shifted)].cast(two)
    of_two[: 2 * pairs : 2] = text_as_bytes[: size * pairs].cast(two)
    of_two[2 * pairs :: 2] = text_as_bytes[size // 2 : size // 2 + size * shifted].cast(two)
    view[2 * size * (pairs + shifted) :].cast(one)[::2] = characters
    return words.decode(encoding)
