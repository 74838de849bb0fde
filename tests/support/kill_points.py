"""Kill a child process before the n-th operation that changes the disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

OPERATIONS = ("open", "mkdir", "rmdir", "fsync", "replace", "rename", "unlink", "write", "ftruncate", "chmod")
KILL_AFTER = "CRAWLER_TESTS_KILL_AFTER"
"""Environment variable of a command: the number of operations before it is killed (see ``fork_server``)."""
STATEMENTS = ("CREATE", "INSERT", "UPDATE", "DELETE", "COMMIT", "ALTER")


class Fuse:
    """Sends SIGKILL to this process before the chosen operation."""

    def __init__(self, operations: int) -> None:
        self.left = operations

    def burn(self) -> None:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def see(self, statement: str) -> None:
        """Count a statement that SQLite is about to execute."""
        if statement.lstrip().upper().startswith(STATEMENTS):
            self.burn()

    def wrap(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*args: Any, **options: Any) -> Any:
            self.burn()
            return do(*args, **options)

        return operation

    def lay(self) -> None:
        """Patch every operation that changes the disk, in a process that does nothing else."""
        for name in OPERATIONS:
            setattr(os, name, self.wrap(getattr(os, name)))
        connect = sqlite3.connect

        def traced(*args: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **options)
            connection.set_trace_callback(self.see)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]


def survives(do: Callable[[Path], object], data: Path, operations: int) -> bool:
    """Return True if *do* completes in a process that is killed after the given number of operations."""
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
