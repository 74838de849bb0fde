r"""Quoting of values in crontabs and systemd units.

In a crontab, a ``%`` ends the command and starts its standard input, unless a backslash precedes it; to bcron it is a
character like any other. In a unit, ``%h`` is a specifier; ``$`` has no special meaning in ``Environment=`` and in the
path of a program (systemd.exec(5), systemd.service(5)).
"""

from __future__ import annotations

import shlex


def quote_for_crontab(word: str) -> str:
    r"""Quote a word of a shell command in a crontab.

    Some crons also read ``\\`` as one backslash, and would read ``\\%`` as a backslash and the end of the command.
    bcron removes no backslash at all. The result has no backslash next to another one, and each percent sign outside
    of quotes, where the shell removes its backslash if cron did not.

    >>> for word in ("http://127.0.0.1:8000", "date +%F", r"a\%b", "100%"):
    ...     print(quote_for_crontab(word))
    http://127.0.0.1:8000
    'date +'\%F
    'a\'''\%b
    100\%
    """
    if not word:
        return "''"
    # Otherwise a backslash is always inside single quotes: close them after it, and open new ones.
    return r"\%".join(shlex.quote(part).replace("\\", "\\''") if part else "" for part in word.split("%"))


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
