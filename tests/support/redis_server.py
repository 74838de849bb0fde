"""A Redis server of a test: on a free port, with a folder of its own and an append-only file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

SECONDS_TO_START = 20


@dataclass
class RedisServer:
    """A server that can be killed and started again with what its disk has."""

    folder: Path
    port: int
    arguments: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    """Loopback, or that of a namespace without a way out."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"redis://{self.address}:{self.port}"

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def start(self) -> None:
        options = (
            "--protected-mode",
            "no",
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--save",
            "",
            *self.arguments,
        )
        command = [
            "redis-server",
            "--bind",
            self.address,
            "--port",
            str(self.port),
            "--dir",
            str(self.folder),
            *options,
        ]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        end = time.monotonic() + SECONDS_TO_START
        while not self._responds():
            assert time.monotonic() < end, "redis-server does not start"
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
def running_redis(folder: Path, *arguments: str, address: str = "127.0.0.1") -> Iterator[RedisServer]:
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind((address, 0))
        port = free.getsockname()[1]
    server = RedisServer(folder, port, arguments, address)
    server.start()
    try:
        yield server
    finally:
        server.kill()
