"""A TCP proxy that tests put before a server: it delays, loses replies, or leads to it from another address."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

BLOCK = 65_536
SECONDS_TO_START = 10


@dataclass
class Proxy:
    """A running proxy."""

    target: tuple[str, int]
    address: str = "127.0.0.1"
    port: int = 0
    delay: float = 0
    """Seconds for which each part of a request and of a reply is held."""
    loses: Callable[[bytes], bool] = lambda reply: False
    """Called with each part of a reply; the connection is closed in place of one for which it returns True."""

    async def serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection(*self.target)
        except OSError:
            to_client.close()
            return
        with contextlib.suppress(OSError):
            await asyncio.gather(
                self._forward(client, to_server, lambda part: False),
                self._forward(server, to_client, self.loses),
            )
        for writer in (to_client, to_server):
            writer.close()

    async def _forward(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, loses: Callable[[bytes], bool]
    ) -> None:
        try:
            while part := await reader.read(BLOCK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if loses(part):
                    return
                writer.write(part)
                await writer.drain()
        finally:
            writer.close()


@contextmanager
def running_proxy(target: tuple[str, int], address: str = "127.0.0.1") -> Iterator[Proxy]:
    """Run a proxy before *target* while the block runs, on a free port of *address*."""
    proxy, up = Proxy(target, address), Future[Callable[[], object]]()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(proxy, up)), daemon=True)
    thread.start()
    stop = up.result(timeout=SECONDS_TO_START)
    try:
        yield proxy
    finally:
        stop()
        thread.join()


async def _serve(proxy: Proxy, up: Future[Callable[[], object]]) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    server = await asyncio.start_server(proxy.serve, proxy.address, 0)
    proxy.port = server.sockets[0].getsockname()[1]
    up.set_result(lambda: loop.call_soon_threadsafe(stopped.set))
    await stopped.wait()
    server.close()
