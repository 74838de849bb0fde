"""Output of commands: lines that are safe on a terminal, in any encoding.

A command goes on with its work when its output cannot be written, and ends as programs of Unix do: without a word if
nobody reads it, or with a line and a status if the device is full, since a program may take the output for whole.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from typing import TextIO

from finews_crawler.utils.redaction import redacted

UNREAD = (errno.EPIPE, errno.EBADF)
"""Errors of a stream that nobody reads any more, or that was closed when the command began."""
_lost: list[OSError] = []
"""The first error of standard output."""


def printable(text: str) -> str:
    r"""Return *text* as one line without control characters.

    >>> printable("标题\x1b[2J\n")
    '标题\\x1b[2J\\n'
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def echo(*lines: str) -> None:
    """Print lines on standard output. An error is that of ``output_error``."""
    _note(_write(sys.stdout, lines))


def write_stderr(message: str) -> None:
    _write(sys.stderr, [message])


def output_error() -> OSError | None:
    """Return the error by which output is lost that somebody may read; None if there was none."""
    _note(_write(sys.stdout, []))  # what others have printed
    return _lost[0] if _lost else None


def _note(error: OSError | None) -> None:
    if error is not None and error.errno not in UNREAD and not _lost:
        _lost.append(error)


def _write(stream: TextIO | None, lines: Iterable[str]) -> OSError | None:
    """Write lines to *stream*, with escapes for characters that its encoding lacks.

    Returns the error after which all the rest is discarded.
    """
    if stream is None:
        return None
    text = "".join(f"{printable(redacted(line))}\n" for line in lines)
    try:
        stream.buffer.write(text.encode(stream.encoding, "backslashreplace"))
        stream.flush()
    except OSError as error:
        discard_rest(stream)
        return error
    return None


def discard_rest(stream: TextIO) -> None:
    """Send the rest to /dev/null: Python flushes the stream at exit, and an error there makes the exit status 120."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
