"""Emulation of how cron passes a command to the shell."""

from __future__ import annotations


def by_bcron(text: str) -> str:
    """Return the same for bcron, to which no character is special."""
    return text


def by_cron(text: str, *, unescapes_backslashes: bool) -> str:
    """Return the text that cron passes to the shell (``do_command.c``). The first unescaped ``%`` ends the command.

    Debian's cron removes the backslash of ``\\%`` only, ISC cron also one of ``\\\\``.
    """
    command, characters = "", iter(text)
    for character in characters:
        if character == "%":
            return command
        if character != "\\":
            command += character
            continue
        after = next(characters, "")
        is_escape = after == "%" or (unescapes_backslashes and after == "\\")
        command += after if is_escape else character + after
    return command
