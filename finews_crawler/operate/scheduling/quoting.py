r"""Quoting of values in crontabs and systemd units.

In a crontab, a ``%`` ends the command and starts its standard input, unless a backslash precedes it. In a unit, ``%h``
is a specifier; ``$`` has no special meaning in ``Environment=`` and in the path of a program (systemd.exec(5),
systemd.service(5)).
"""

from __future__ import annotations

import shlex


def quote_for_crontab(word: str) -> str:
    r"""Quote a word of a shell command in a crontab.

    Some crons also read ``\\`` as one backslash, and would read ``\\%`` as a backslash and the end of the command. The
    result therefore has no backslash next to another one, or next to a percent sign of the value.

    >>> quote_for_crontab("http://127.0.0.1:8000"), quote_for_crontab("date +%F"), quote_for_crontab(r"a\%b")
    ('http://127.0.0.1:8000', "'date +\\%F'", "'a\\''\\%b'")
    """
    # A backslash is always inside single quotes: close them after it, and open new ones.
    return shlex.quote(word).replace("\\", "\\''").replace("%", r"\%")


def escape_unit_line(text: str) -> str:
    """Escape the value of a unit's line that takes a single path.

    >>> escape_unit_line("/srv/100% news")
    '/srv/100%% news'
    """
    return text.replace("%", "%%")


def quote_unit_word(word: str) -> str:
    r"""Quote a word of a unit's line that takes several, such as assignments or paths.

    >>> print(quote_unit_word('FINEWS_CONTACT=date +%F "$HOME" \\'))
    "FINEWS_CONTACT=date +%%F \"$HOME\" \\"
    """
    escaped = word.replace("\\", "\\\\").replace('"', r"\"")
    return f'"{escape_unit_line(escaped)}"'
