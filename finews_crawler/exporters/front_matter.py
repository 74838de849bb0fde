"""Writes front matter, for posts and category files.

Jekyll publishes a post whose front matter is not valid YAML under today's date. So every value is written such that
YAML parsers (Psych in Jekyll, PyYAML) return it unchanged, and an ordinary value as the original archive writes it.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Text that YAML 1.1 parsers load as a string without quotes: letters of any script, digits, and characters without a
# meaning in YAML. After a leading digit it needs a letter that no number contains: 21caijing is text, 1e5 and 0xA are
# numbers.
PLAIN = r"(?:[^\W\d_]|\d(?=.*[^\W\d_a-fxoA-FXO]))[\w\-()（）&+.·，、：]*"
WORDS_OF_YAML = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null"))
NOT_PRINTABLE = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
"""Characters that YAML cannot have unescaped, for a class of a regex: its complement takes three times as long."""
TO_ESCAPE = re.compile(rf'["\\{NOT_PRINTABLE}]')
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def front_matter(*lines: tuple[str, str]) -> str:
    """Return the block with *lines*, pairs of a key and its YAML value, and the final newline.

    >>> front_matter(("layout", "post"))
    '---\\nlayout: post\\n---\\n'
    """
    return "".join(["---\n", *(f"{key}: {value}\n" for key, value in lines), "---\n"])


def quoted(value: str) -> str:
    r"""Return a value in double quotes.

    >>> print(quoted('说"好"'))
    "说\"好\""
    """
    return f'"{TO_ESCAPE.sub(_escape, value)}"'


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    if character in ESCAPES:
        return ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}"


def scalar(value: str) -> str:
    """Return a tag or slug without quotes if YAML loads it as the same text, else quoted.

    >>> scalar("华龙网-新重庆客户端新闻"), scalar("21caijing"), scalar("2022")
    ('华龙网-新重庆客户端新闻', '21caijing', '"2022"')
    """
    return value if re.fullmatch(PLAIN, value) and value.casefold() not in WORDS_OF_YAML else quoted(value)


@lru_cache(maxsize=1024)
def one_of_list(value: str) -> str:
    """Return a value for ``categories`` or ``tags``, where Jekyll expects a list of words.

    Jekyll splits a string at whitespace, so a value that contains some is written as a list.

    >>> one_of_list("TechWeb"), one_of_list("21shijijingjibaodao  nancailicaitong")
    ('TechWeb', '["21shijijingjibaodao  nancailicaitong"]')
    """
    spelt = scalar(value)
    return spelt if spelt == value else f"[{quoted(value)}]"
