"""Output of commands: lines that are safe on a terminal, in any encoding."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

from finews_crawler.utils.redaction import redacted


def printable(text: str) -> str:
    r"""Return *text* as one line without control characters.

    >>> printable("标题\x1b[2J\n")
    '标题\\x1b[2J\\n'
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def echo(*lines: str) -> None:
    _write(sys.stdout, lines)


def write_stderr(message: str) -> None:
    _write(sys.stderr, [message])


def _write(stream: TextIO | None, lines: Iterable[str]) -> None:
    """Write lines to *stream*, with escapes for characters that its encoding lacks.

    Ignores a closed pipe or a full device: the command has done its work and keeps its exit status.
    """
    if stream is None:
        return
    text = "".join(f"{printable(redacted(line))}\n" for line in lines)
    try:
        stream.buffer.write(text.encode(stream.encoding, "backslashreplace"))
        stream.flush()
    except OSError:
        discard_rest(stream)


def discard_rest(stream: TextIO) -> None:
    """Send the rest to /dev/null: Python flushes the stream at exit, and an error there makes the exit status 120."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
