"""Answers that no HTTP library would send: their bytes go to the connection as they are, in their own time."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import cast

from aiohttp import web

LIVE: web.AppKey[set[asyncio.Transport]] = web.AppKey("live", set)
"""The connections that a raw answer is being written to: some would hold the server up for ever."""

SECONDS_BETWEEN_LOOKS = 0.001
# Lingering for no time: close() then sends a reset instead of an end.
NO_LINGER = struct.pack("ii", 1, 0)


class RawResponse(web.Response):
    """Writes *chunks*, the head among them, *pause* seconds apart; then closes the connection, or resets it.

    A chunk waits until the one before it has left, so that an endless answer is as fast as its reader.
    """

    def __init__(self, chunks: Iterable[bytes], pause: float = 0, reset: bool = False) -> None:
        super().__init__()
        self.chunks, self.pause, self.reset = chunks, pause, reset
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write everything. Ends at once when the client leaves (aiohttp cancels it) or when the origin stops."""
        transport, live = request.transport, cast(web.Request, request).app[LIVE]
        if transport is None:
            raise ConnectionResetError("the client has left")
        live.add(transport)
        try:
            await self._write_to(transport)
        finally:
            live.discard(transport)

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing: all is written."""

    async def _write_to(self, transport: asyncio.Transport) -> None:
        for chunk in self.chunks:
            if transport.is_closing():
                raise ConnectionResetError("the client has left")
            transport.write(chunk)
            while transport.get_write_buffer_size():
                await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            await asyncio.sleep(self.pause)
        if self.reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()


async def hang_up(app: web.Application) -> None:
    """End all raw answers that are being written."""
    live = app[LIVE]
    for transport in tuple(live):
        transport.abort()


def head(status: str, headers: Mapping[str, str]) -> bytes:
    r"""Return a status line and headers, whatever they hold, and that the connection will be closed.

    >>> head("404 Gone\x1b[2J", {"Content-Length": "0"})
    b'HTTP/1.1 404 Gone\x1b[2J\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    """
    lines = (f"{name}: {value}\r\n" for name, value in {**headers, "Connection": "close"}.items())
    return "".join([f"HTTP/1.1 {status}\r\n", *lines, "\r\n"]).encode()
