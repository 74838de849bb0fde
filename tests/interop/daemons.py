"""Servers that read what the archive writes: each on a free port of loopback, ended after its block."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.interop.cells import ReaderFailed
from tests.support.daemons import wait_for_port

T = TypeVar("T")
SECONDS = 60


@contextmanager
def daemon(*command: str | Path, port: int, cwd: Path, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run *command* while the block runs; yield the URL of *port*."""
    with (cwd / "daemon.log").open("wb") as log:
        server = subprocess.Popen(
            [str(word) for word in command],
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for_port(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(SECONDS)


def wait_until(look: Callable[[], T]) -> T:
    """Return what *look* returns once that is not empty. Raises ReaderFailed if it never is."""
    end = time.monotonic() + SECONDS
    while not (found := look()):
        if time.monotonic() > end:
            raise ReaderFailed(f"nothing after {SECONDS} seconds")
        time.sleep(0.5)
    return found
