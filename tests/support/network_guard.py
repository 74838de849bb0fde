"""Nothing but loopback: every Python that the tests run is watched where it opens sockets and resolves names.

By an audit hook: Python itself calls it before each of these, whoever asks and by whatever name the function was
imported, and nothing can take it away again. Only a name in the address of a socket is looked up before the hook hears
of it: these methods are replaced. What is refused is written into the file that ``RECORD`` names, since whoever asked
may catch the error. Programs that are not Python (Jekyll, Chromium, Pagefind,
git) are out of its reach; Chromium is told in ``site/browsing.py`` to resolve nothing.
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

RECORD = "FINEWS_TESTS_SOCKET_RECORD"
"""The variable of the environment that names the file of what was refused, a line each."""
TO_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})  # connect_ex is a connect, too
FOR_NAME = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
FOR_ADDRESS = frozenset({"socket.gethostbyaddr", "socket.getnameinfo"})
TAKE_ADDRESS = ("bind", "connect", "connect_ex", "sendmsg", "sendto")
INTERNET = (socket.AF_INET, socket.AF_INET6)
is_guarded = False


class BeyondLoopback(OSError):
    """Somebody asked for what is not on this machine; to programs, a network that is not there."""


def guard() -> None:
    """Watch this process from here on."""
    global is_guarded  # noqa: PLW0603 (a hook of the process: it cannot be taken away, so it is added once)
    if not is_guarded:
        is_guarded = True
        sys.addaudithook(_refuse_what_leads_away)
        for method in TAKE_ADDRESS:
            setattr(socket.socket, method, _without_names(method, getattr(socket.socket, method)))


@contextmanager
def recording_into(record: Path) -> Iterator[None]:
    """Guard this process, and every Python that it starts with its environment; *record* takes what they refuse."""
    before = {name: os.environ.get(name) for name in (RECORD, "PYTHONPATH")}
    path = [str(STARTUP), str(ROOT), *filter(None, [before["PYTHONPATH"]])]  # sitecustomize.py lies there
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
    """The innermost calls, and those of the project's own files, on one line."""
    calls = traceback.extract_stack()[:-3]
    ours = [call for call in calls[:-3] if "site-packages" not in call.filename and ROOT in Path(call.filename).parents]
    calls = [*ours[-3:], *calls[-3:]]
    return " > ".join(f"{Path(call.filename).name}:{call.lineno} {call.name}" for call in calls)


def _leads_away(event: str, arguments: tuple[Any, ...]) -> bool:
    if event in TO_ADDRESS:
        sock, address = arguments
        return sock.family in INTERNET and isinstance(address, tuple) and not _is_loopback(address[0])
    if event in FOR_NAME:
        # An address, even one that will be refused when it is connected to, is read and not asked for.
        return _is_name_of_others(arguments[0])
    if event in FOR_ADDRESS:
        asked = arguments[0]
        return not _is_loopback(asked[0] if isinstance(asked, tuple) else asked)
    return False


def _is_name_of_others(host: object) -> bool:
    return not (_is_loopback(host) or _is_number(host))


def _is_loopback(host: object) -> bool:
    """Whether a host is this machine; none at all is what a server says that listens."""
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
    """Whether a host is an address in any spelling that the system reads without asking anybody: 0x7f.1 is one."""
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
    try:
        ip_address(name)
    except ValueError:
        try:
            socket.inet_aton(name)
        except (OSError, UnicodeError):
            return False
    return True
