r"""Values in a crontab and in a systemd unit, each with its own signs.

In cron a ``%`` ends the command and begins its input, unless a backslash is before it. In a unit ``%h`` is a specifier;
``$`` is only an ordinary sign in ``Environment=`` and in the path of a program (systemd.exec(5), systemd.service(5)).
"""

from __future__ import annotations

import shlex


def in_crontab(word: str) -> str:
    r"""A word of a shell command that stands in a crontab.

    Some crons take ``\\`` for one backslash, and ``\\%`` for a backslash and the end: no backslash is left beside
    another, or beside a per cent sign.

    >>> in_crontab("http://127.0.0.1:8000"), in_crontab("date +%F"), in_crontab(r"a\%b")
    ('http://127.0.0.1:8000', "'date +\\%F'", "'a\\''\\%b'")
    """
    # A backslash is always within single quotes here: they end after it, and others begin.
    return shlex.quote(word).replace("\\", "\\''").replace("%", r"\%")


def in_unit(text: str) -> str:
    """A line of a unit that takes one path, as it is but for specifiers.

    >>> in_unit("/srv/100% news")
    '/srv/100%% news'
    """
    return text.replace("%", "%%")


def as_unit_word(word: str) -> str:
    r"""A word of a line that takes several: an assignment, a path.

    >>> print(as_unit_word('FINEWS_CONTACT=date +%F "$HOME" \\'))
    "FINEWS_CONTACT=date +%%F \"$HOME\" \\"
    """
    escaped = word.replace("\\", "\\\\").replace('"', r"\"")
    return f'"{in_unit(escaped)}"'
