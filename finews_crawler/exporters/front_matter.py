"""Front matter, for posts and category files alike: the one place where YAML is written.

A title that breaks YAML does not stop Jekyll: it publishes the post under today's date. So every value is spelt
such that a YAML reader (Jekyll's Psych, or PyYAML) gives it back as it went in, and an ordinary one is spelt as the
archive spells it.
"""

from __future__ import annotations

import re

# What YAML 1.1 readers take for a string: letters of any script, digits, and marks that mean nothing to YAML.
# What begins with a digit needs a letter that no number can hold: 21caijing is a word, 1e5 and 0xA are numbers.
PLAIN = re.compile(r"(?:[^\W\d_]|\d(?=.*[^\W\d_a-fxoA-FXO]))[\w\-()（）&+.·，、：]*")
WORDS_OF_YAML = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
NOT_PRINTABLE = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def front_matter(*lines: tuple[str, str]) -> str:
    """The block of *lines*, each a key with its value already spelt, and the line break after it.

    >>> front_matter(("layout", "post"))
    '---\\nlayout: post\\n---\\n'
    """
    return "".join(["---\n", *(f"{key}: {value}\n" for key, value in lines), "---\n"])


def quoted(value: str) -> str:
    r"""A value in double quotes.

    >>> print(quoted('说"好"'))
    "说\"好\""
    """
    escaped = "".join(ESCAPES.get(character, character) for character in value)
    return f'"{NOT_PRINTABLE.sub(_escape, escaped)}"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"


def scalar(value: str) -> str:
    """A value as the archive writes tags and slugs: bare when YAML reads it as that text.

    >>> scalar("华龙网-新重庆客户端新闻"), scalar("21caijing"), scalar("2022")
    ('华龙网-新重庆客户端新闻', '21caijing', '"2022"')
    """
    return value if PLAIN.fullmatch(value) and value.casefold() not in WORDS_OF_YAML else quoted(value)


def one_of_list(value: str) -> str:
    """A value where Jekyll expects a list of words (``categories``, ``tags``): always one.

    Jekyll splits a string at white space, so a value that holds some is written as a list.

    >>> one_of_list("TechWeb"), one_of_list("21shijijingjibaodao  nancailicaitong")
    ('TechWeb', '["21shijijingjibaodao  nancailicaitong"]')
    """
    spelt = scalar(value)
    return spelt if spelt == value else f"[{quoted(value)}]"
