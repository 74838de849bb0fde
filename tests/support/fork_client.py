"""``scrapy`` in a process of its own, without the second that importing its modules takes.

Each worker has a server process that has imported everything; each command is a fork of it, with its own environment,
working directory and standard streams. Commands for which a fork is not equivalent (another hash seed or locale, a tool
that starts the command) run in a new process: see ``can_be_warm``. ``CRAWLER_TESTS_COLD=1`` does so for all.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

from tests.support.paths import ROOT

COLD = "CRAWLER_TESTS_COLD"
READ_AT_THE_START = ("LANG", "LC_ALL", "LC_CTYPE", "HOME", "SCRAPY_SETTINGS_MODULE", "SSL_CERT_FILE")
"""Environment variables that require a fresh process, in addition to PYTHON* except PYTHONPATH."""
SERVERS: list[subprocess.Popen[bytes]] = []
"""The server process of this worker; it ends with the worker."""


def can_be_warm(environment: Mapping[str, str]) -> bool:
    """Return True if a fork of the tests' process is equivalent to a new process with *environment*."""
    names = {name for name in {*environment, *os.environ} if name.startswith("PYTHON") and name != "PYTHONPATH"}
    same = all(environment.get(name) == os.environ.get(name) for name in {*names, *READ_AT_THE_START})
    return same and COLD not in os.environ


class Command(NamedTuple):
    """What a fork runs."""

    arguments: list[str]
    environment: Mapping[str, str]
    program: str = "-c"
    """``finews``, or Scrapy's own by any other name."""
    folder: str = str(ROOT)

    def as_json(self) -> bytes:
        return json.dumps({**self._asdict(), "environment": dict(self.environment)}).encode()


def run_warm(arguments: list[str], environment: Mapping[str, str], stdin: str, seconds: float) -> tuple[int, str, str]:
    """Run a ``scrapy`` command; return its exit status (as in ``subprocess``), output and errors."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        given.write(stdin.encode())
        given.seek(0)
        status = _ask(Command(arguments, environment), (given, out, errors), seconds)
        return status, _read(out), _read(errors)


def finews_warm(
    arguments: list[str], environment: Mapping[str, str], folder: Path, stdout: IO[bytes] | None, seconds: float = 300
) -> tuple[int, str, str]:
    """Run ``finews`` in a folder, perhaps with a standard output of the caller; return what ``run_warm`` does."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        command = Command(arguments, environment, "finews", str(folder))
        status = _ask(command, (given, stdout or out, errors), seconds)
        return status, _read(out), _read(errors)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _ask(command: Command, streams: tuple[IO[bytes], ...], seconds: float) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.connect(_server())
        connection.settimeout(seconds)
        with tempfile.TemporaryFile() as request:
            request.write(command.as_json())
            request.seek(0)
            socket.send_fds(connection, [b"run"], [request.fileno(), *(stream.fileno() for stream in streams)])
            pid = int(connection.recv(100))
            try:
                return int(connection.recv(100))
            except TimeoutError:
                os.kill(pid, 9)
                raise


@cache
def _server() -> str:
    """Start the server process, once for each worker; return its address."""
    folder = tempfile.mkdtemp(prefix="finews-warm-")
    address = f"{folder}/socket"
    command = [sys.executable, "-m", "tests.support.fork_server", address, str(os.getpid())]
    SERVERS.append(subprocess.Popen(command, cwd=ROOT))
    for _ in range(3000):  # five minutes: a busy machine must not fail
        if Path(address).exists():
            return address
        time.sleep(0.1)
    raise RuntimeError("the process that waits for scrapy commands did not start")
