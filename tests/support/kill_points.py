"""Kills a process of its own before the n-th operation that changes the disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

OPERATIONS = ("open", "mkdir", "rmdir", "fsync", "replace", "rename", "unlink", "write", "ftruncate", "chmod")
STATEMENTS = ("CREATE", "INSERT", "UPDATE", "DELETE", "COMMIT", "ALTER")


class Fuse:
    """Sends SIGKILL to this process before the operation whose turn it is."""

    def __init__(self, operations: int) -> None:
        self.left = operations

    def burn(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def see(self, statement: str) -> None:
        """SQLite is about to execute *statement*."""
        if statement.lstrip().upper().startswith(STATEMENTS):
            self.burn()

    def wrap(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*args: Any, **options: Any) -> Any:
            self.burn()
            return do(*args, **options)

        return operation

    def lay(self) -> None:
        """To all that changes the disk; for a process that does nothing else, and ends."""
        for name in OPERATIONS:
            setattr(os, name, self.wrap(getattr(os, name)))
        connect = sqlite3.connect

        def traced(*args: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **options)
            connection.set_trace_callback(self.see)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]


def survives(do: Callable[[Path], object], data: Path, operations: int) -> bool:
    """Whether *do* comes to its end in a process that may do so many operations, and is killed before the next one."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            Fuse(operations).lay()
            do(data)
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert ended in (0, -signal.SIGKILL)
    return ended == 0
