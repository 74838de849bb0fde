"""Look-ups of names that no name server answers."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from typing import Any

import pytest

from finews_crawler.exceptions import NotResolved
from finews_crawler.politeness.look_up import check_name, look_up
from tests.support.dns import silent_name_servers

PROGRAM = """
import asyncio, socket, time
from finews_crawler.politeness.look_up import look_up
socket.getaddrinfo = lambda *_, **__: time.sleep(60)
asyncio.run(look_up("finews.invalid", 0.1))
"""


def test_a_look_up_is_limited_in_time() -> None:
    began = time.monotonic()
    for wait in (lambda: asyncio.run(look_up("finews.invalid", 0.1)), lambda: check_name("finews.invalid", 0.1)):
        with silent_name_servers(), pytest.raises(NotResolved, match=r"^no name server has answered within 0.1 s$"):
            wait()
    assert time.monotonic() - began < 30


def test_the_end_of_the_process_does_not_wait_for_it() -> None:
    began = time.monotonic()
    run = subprocess.run([sys.executable, "-c", PROGRAM], text=True, capture_output=True, check=False)
    assert run.stderr.splitlines()[-1].endswith("NotResolved: no name server has answered within 0.1 s")
    assert time.monotonic() - began < 30


def test_addresses_and_errors_are_those_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "127.0.0.1" in asyncio.run(look_up("localhost", 10))
    check_name("localhost", 10)

    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    for wait in (lambda: asyncio.run(look_up("finews.invalid", None)), lambda: check_name("finews.invalid", 10)):
        with pytest.raises(socket.gaierror, match="not known") as error:
            wait()
        assert not isinstance(error.value, NotResolved)
