"""Waiting for the daemon of a test to listen."""

from __future__ import annotations

import socket
import subprocess
import time

SECONDS_TO_START = 60


def wait_for_port(port: int, daemon: subprocess.Popen[bytes], host: str = "127.0.0.1") -> None:
    """Return once *daemon* accepts connections. Raises AssertionError if it ends, or does not within a minute."""
    end = time.monotonic() + SECONDS_TO_START
    while True:
        assert daemon.poll() is None, f"{daemon.args!r} has ended"
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, f"{daemon.args!r} does not start"
            time.sleep(0.02)
        else:
            return
