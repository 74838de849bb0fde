"""What a command prints: lines for a person, on whatever stream and in whatever encoding."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO


def printable(text: str) -> str:
    r"""*text* as one line that no terminal takes for anything else.

    >>> printable("标题\x1b[2J\n")
    '标题\\x1b[2J\\n'
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def echo(*lines: str) -> None:
    """Lines to standard output: what the command was asked for."""
    _write(sys.stdout, lines)


def write_stderr(message: str) -> None:
    """One line to standard error."""
    _write(sys.stderr, [message])


def _write(stream: TextIO | None, lines: Iterable[str]) -> None:
    """Lines to *stream*, whatever its encoding.

    Whoever reads it may have left, and its device may be full: what was to be done is done all the same, and its exit
    status stands.
    """
    if stream is None:
        return
    text = "".join(f"{printable(line)}\n" for line in lines)
    try:
        stream.buffer.write(text.encode(stream.encoding, "backslashreplace"))
        stream.flush()
    except OSError:
        _lead_nowhere(stream)


def _lead_nowhere(stream: TextIO) -> None:
    """Python flushes the stream once more when it exits, and would make 120 of the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
