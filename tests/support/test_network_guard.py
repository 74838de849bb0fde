"""The guard refuses addresses and names beyond loopback, however they are requested.

192.0.2.1 belongs to TEST-NET-1 (RFC 5737); the guard stops each access before a packet leaves. ``.invalid`` (RFC 2606)
is reserved.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from finews_crawler.testing.origin.server import running_origin
from tests.support.network_guard import RECORD, BeyondLoopback, recording_into
from tests.support.network_guard_plugin import Refused
from tests.support.paths import ROOT
from tests.support.scrapy_command import SCRAPY, Scrapy

NOBODY = "192.0.2.1"
NO_NAME = "nobody.invalid"
CONNECT = f"import socket; socket.create_connection(({NOBODY!r}, 9), 5)"
TWISTED = """
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.protocol import Factory, Protocol
asked = TCP4ClientEndpoint(reactor, {host!r}, 9, timeout=5).connect(Factory.forProtocol(Protocol))
asked.addBoth(lambda result: (print(result), reactor.stop()))
reactor.run()
"""


def tcp(family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM) -> socket.socket:
    made = socket.socket(family, kind)
    made.settimeout(5)
    return made


def in_a_thread(work: Callable[[], object]) -> object:
    """Playwright leaves an event loop running in the tests' thread, and a second one cannot run beside it."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result(timeout=10)


WAYS: dict[str, Callable[[], object]] = {
    "connect": lambda: tcp().connect((NOBODY, 9)),
    "connect_ex": lambda: tcp().connect_ex((NOBODY, 9)),
    "connect to a name": lambda: tcp().connect((NO_NAME, 9)),
    "sendto a name": lambda: tcp(kind=socket.SOCK_DGRAM).sendto(b"", (NO_NAME, 9)),
    "bind to a name": lambda: tcp().bind((NO_NAME, 0)),
    "connect, IPv6": lambda: tcp(socket.AF_INET6).connect(("2001:db8::1", 9)),
    "connect, IPv4 in IPv6": lambda: tcp(socket.AF_INET6).connect((f"::ffff:{NOBODY}", 9)),
    "sendto": lambda: tcp(kind=socket.SOCK_DGRAM).sendto(b"", (NOBODY, 9)),
    "sendmsg": lambda: tcp(kind=socket.SOCK_DGRAM).sendmsg([b""], [], 0, (NOBODY, 9)),
    "getaddrinfo": lambda: socket.getaddrinfo(NO_NAME, 9),
    "getaddrinfo of bytes": lambda: socket.getaddrinfo(NO_NAME.encode(), 9),
    "gethostbyname": lambda: socket.gethostbyname(NO_NAME),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex(NO_NAME),
    "gethostbyaddr": lambda: socket.gethostbyaddr(NOBODY),
    "getnameinfo": lambda: socket.getnameinfo((NOBODY, 9), 0),
    "asyncio": lambda: in_a_thread(lambda: asyncio.run(asyncio.open_connection(NOBODY, 9))),
}


@pytest.mark.parametrize("way", WAYS)
def test_access_beyond_loopback_is_refused_and_recorded(way: str, tmp_path: Path) -> None:
    with recording_into(tmp_path / "refused"), pytest.raises(BeyondLoopback):
        WAYS[way]()
    (line,) = (tmp_path / "refused").read_text(encoding="utf-8").splitlines()
    assert NOBODY in line or NO_NAME in line or "2001:db8::1" in line
    assert "test_network_guard.py" in line


def test_a_refused_access_fails_its_test_once(tmp_path: Path) -> None:
    refused = Refused(tmp_path / "refused")
    with recording_into(tmp_path / "refused"):
        refused.check("nothing")
        # The caller may catch the error; the record has it nevertheless.
        with pytest.raises(OSError, match="keep to loopback"):
            urlopen(f"http://{NOBODY}/")
        with pytest.raises(pytest.fail.Exception, match=f"this test left loopback:\nsocket.connect.*{NOBODY}"):
            refused.check("this test")
        refused.check("the next one")


def test_loopback_is_allowed(tmp_path: Path) -> None:
    with recording_into(tmp_path / "refused"):
        with running_origin(1, seed=1) as origin:
            assert urlopen(origin.url).status == 200
            assert urlopen(origin.url.replace("127.0.0.1", "localhost")).status == 200
        assert socket.getaddrinfo(NOBODY, 9), "to read an address is to ask nobody"
        assert (tmp_path / "refused").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    "command",
    [["-c", CONNECT], ["-c", TWISTED.format(host=NOBODY)], ["-c", TWISTED.format(host=NO_NAME)]],
    ids=["socket", "Twisted", "Twisted, a name"],
)
def test_a_python_that_a_test_starts_is_guarded(command: list[str], tmp_path: Path) -> None:
    with recording_into(tmp_path / "refused"):
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, timeout=60)
    assert re.search("keep to loopback|unreachable|DNS lookup failed", done.stdout + done.stderr)
    told = (tmp_path / "refused").read_text(encoding="utf-8")
    assert (NOBODY if NOBODY in command[1] else NO_NAME) in told


@pytest.mark.parametrize(("start", "host"), [(["-c", SCRAPY], NOBODY), (["-m", "scrapy"], NO_NAME)], ids=["-c", "-m"])
def test_a_crawl_is_guarded(start: list[str], host: str, tmp_path: Path) -> None:
    """As started by ``Scrapy``, and by the demonstration and some tests."""
    with recording_into(tmp_path / "refused"):
        environment = Scrapy.into_folder(tmp_path / "data").at(f"http://{host}").environment
        assert environment[RECORD] == os.environ[RECORD]
        command = [sys.executable, *start, "crawl", "share", "-a", "info_code=NW202205182383638060"]
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120)
    assert host in (tmp_path / "refused").read_text(encoding="utf-8")
