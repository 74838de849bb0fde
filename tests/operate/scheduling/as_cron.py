"""What cron makes of a line before a shell sees it."""

from __future__ import annotations


def by_cron(text: str, *, unescapes_backslashes: bool) -> str:
    """What cron gives to the shell (``do_command.c``): Debian's takes the backslash from ``\\%`` only, ISC's from
    ``\\\\`` too; the first ``%`` that has none ends the command."""
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
