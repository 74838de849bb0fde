"""Ports for servers of tests that cannot take port 0 and tell which one they got."""

from __future__ import annotations

import os
import socket
from itertools import count

LOWEST, PORTS = 15_000, 15_000
"""Below those that Linux gives to connections and to servers at port 0, by default from 32,768: a port of these may be
in use again before the server of a test takes it, or while that server is restarted."""
APART = 97
"""Ports between the first ones of two processes whose ids are neighbours, as those of pytest's workers."""
_next = count(os.getpid() * APART)


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that nobody listens at, and that this process has not returned before."""
    while True:
        port = LOWEST + next(_next) % PORTS
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
            try:
                free.bind((address, port))
            except OSError:
                continue
        return port
