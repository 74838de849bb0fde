"""A program that is given something on its standard input, and has so long to take it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence

from finews_crawler.content.decoding import decode_bytes, one_line

LONGEST_WORDS = 200
LAST_BYTES = 4096
"""So much of what it said is looked at."""


class ProcessFailed(Exception):
    """It failed, or took too long; the message says which, with its last words."""


async def run_process(command: Sequence[str], content: bytes, seconds: float) -> None:
    """Run *command* with *content* on its standard input. Raises ProcessFailed, or OSError where it cannot begin.

    In memory, not in files: an alarm of a full disk is to get out, too. Nor in pipes, which a program may hold open
    that *command* leaves behind.
    """
    with open(os.memfd_create("stdin"), "w+b") as given, open(os.memfd_create("stderr"), "w+b") as said:  # noqa: PTH123
        given.write(content)
        given.seek(0)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=given, stdout=asyncio.subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        try:
            status = await asyncio.wait_for(process.wait(), seconds)
        except asyncio.TimeoutError as error:
            raise ProcessFailed(f"not done after {seconds:g} s, and killed") from error
        finally:
            await kill(process)
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - LAST_BYTES))
            raise ProcessFailed(f"it ended with status {status}{last_words(said.read())}")


async def kill(process: asyncio.subprocess.Process) -> None:
    """End a process that is not done, and what it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def last_words(said: bytes) -> str:
    r"""The last line of what a program said, in brackets.

    >>> last_words(b"postdrop: warning\nsendmail: fatal: no route\n"), last_words(b"")
    (' (sendmail: fatal: no route)', '')
    """
    lines = [line for line in map(one_line, decode_bytes(said).splitlines()) if line]
    return f" ({lines[-1][:LONGEST_WORDS]})" if lines else ""
