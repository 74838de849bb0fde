"""Look-ups of host names, limited in time.

The C library may wait for name servers for a minute and more, and cannot be interrupted. So a look-up has a thread of
its own, which neither an event loop nor the end of the process waits for.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread

from finews_crawler.exceptions import NotResolved

NO_NAME_SERVER = "no name server has answered"
CHECK_NAME_SERVERS = "check the name servers of this machine (/etc/resolv.conf)"


async def look_up(name: str, seconds: float | None) -> Sequence[str]:
    """Return the IPv4 addresses of *name*. Raises NotResolved after *seconds*, and OSError."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(_start(name, socket.AF_INET)), seconds)
    except TimeoutError:
        raise NotResolved(f"{NO_NAME_SERVER} within {seconds or 0:g} s") from None


def check_name(name: str, seconds: float) -> None:
    """Look up *name*, so that its next look-up is answered. Raises NotResolved after *seconds*, and OSError."""
    try:
        _start(name, socket.AF_UNSPEC).result(seconds)
    except TimeoutError:
        raise NotResolved(f"{NO_NAME_SERVER} within {seconds:g} s") from None


def _start(name: str, family: socket.AddressFamily) -> Future[Sequence[str]]:
    future: Future[Sequence[str]] = Future()
    Thread(target=_run, args=(name, family, future), name=f"look-up of {name}", daemon=True).start()
    return future


def _run(name: str, family: socket.AddressFamily, future: Future[Sequence[str]]) -> None:
    if not future.set_running_or_notify_cancel():  # a running future cannot be cancelled
        return
    try:
        found = socket.getaddrinfo(name, None, family=family, type=socket.SOCK_STREAM)
        future.set_result([str(address[0]) for *_, address in found])
    except Exception as error:  # noqa: BLE001 (it is raised where the result is awaited)
        future.set_exception(error)
