"""Restrict the tests to loopback: an audit hook watches sockets and name resolution in every Python process.

Python calls an audit hook before each such operation, however the function was imported, and the hook cannot be
removed. Host names in a socket's address are resolved before the hook is called, so these methods are wrapped. Refused
accesses are recorded in the file named by ``RECORD``, since the caller may catch the error. Other programs (Jekyll,
Chromium, Jekyll, git) are not covered; ``browser.py`` starts Chromium without name resolution.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from tests.support.paths import ROOT, STARTUP

RECORD = "CRAWLER_TESTS_SOCKET_RECORD"
"""Environment variable with the path of the file that records refused accesses, one line each."""
TO_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})  # also connect_ex
FOR_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
FOR_ADDRESS = frozenset({"socket.gethostbyaddr", "socket.getnameinfo"})
TAKE_ADDRESS = ("bind", "connect", "connect_ex", "sendmsg", "sendto")
INTERNET = (socket.AF_INET, socket.AF_INET6)
is_guarded = False


class BeyondLoopback(OSError):
    """An access beyond loopback was attempted. To programs it looks like an unreachable network."""


def guard() -> None:
    """Install the audit hook in this process."""
    global is_guarded  # noqa: PLW0603 (a hook of the process: it cannot be taken away, so it is added once)
    if not is_guarded:
        is_guarded = True
        sys.addaudithook(_refuse_what_leads_away)
        for method in TAKE_ADDRESS:
            setattr(socket.socket, method, _without_names(method, getattr(socket.socket, method)))


@contextmanager
def recording_into(record: Path) -> Iterator[None]:
    """Guard this process and its Python child processes; record refused accesses in *record*."""
    before = {name: os.environ.get(name) for name in (RECORD, "PYTHONPATH")}
    path = [str(STARTUP), str(ROOT), *filter(None, [before["PYTHONPATH"]])]  # STARTUP contains sitecustomize.py
    os.environ.update({RECORD: str(record), "PYTHONPATH": os.pathsep.join(path)})
    record.touch()
    guard()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({} if value is None else {name: value})


def _without_names(method: str, original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def checked(sock: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1] if arguments else None
        if sock.family in INTERNET and isinstance(address, tuple) and _is_name_of_others(address[0]):
            _refuse(f"socket.{method}({address})")
        return original(sock, *arguments)

    return checked


def _refuse_what_leads_away(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith("socket.") and _leads_away(event, arguments):
        _refuse(f"{event}{arguments[1:] if event in TO_ADDRESS else arguments}")


def _refuse(told: str) -> None:
    record = os.environ.get(RECORD)
    if record:
        with Path(record).open("a", encoding="utf-8") as file:
            file.write(f"{told} in {sys.argv}: {_where()}\n")
    raise BeyondLoopback(errno.ENETUNREACH, f"{told}: the tests keep to loopback")


def _where() -> str:
    """Return the innermost calls and the calls in the project's files as one line."""
    calls = traceback.extract_stack()[:-3]
    ours = [call for call in calls[:-3] if "site-packages" not in call.filename and ROOT in Path(call.filename).parents]
    calls = [*ours[-3:], *calls[-3:]]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in calls)


def _leads_away(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in TO_ADDRESS:
        sock, address = arguments
        return sock.family in INTERNET and isinstance(address, tuple) and not _is_loopback(address[0])
    if event in FOR_NAME:
        # An address is parsed, not resolved, even if connecting to it is refused later.
        return _is_name_of_others(arguments[0])
    if event in FOR_ADDRESS:
        asked = arguments[0]
        return not _is_loopback(asked[0] if isinstance(asked, tuple) else asked)
    return False


def _is_name_of_others(host: object) -> bool:
    return not (_is_loopback(host) or _is_number(host))


def _is_loopback(host: object) -> bool:
    """Return True if a host is this machine; a listening server passes an empty host."""
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ip_address(str(name))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _is_number(host: object) -> bool:
    """Return True for an address in any spelling that the system parses without a lookup, such as 0x7f.1."""
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
    try:
        ip_address(name)
    except ValueError:
        try:
            socket.inet_aton(name)
        except (OSError, UnicodeError):
            return False
    return True
