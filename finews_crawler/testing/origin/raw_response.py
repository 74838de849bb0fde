"""Responses that no HTTP library would send: raw bytes for the connection, at a chosen pace."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import cast

from aiohttp import web

LIVE: web.AppKey[set[asyncio.Transport]] = web.AppKey("live", set)
"""Connections with a raw response in progress; an endless one would keep the server from stopping."""

# SO_LINGER of 0 seconds: close() sends RST instead of FIN.
NO_LINGER = struct.pack("ii", 1, 0)


class RawResponse(web.Response):
    """A response of *chunks*, headers included, *pause* seconds apart; afterwards the connection is closed or reset.

    Each chunk waits until the previous one was sent, so that an endless response is as fast as its reader.
    """

    def __init__(self, chunks: Iterable[bytes], pause: float = 0, reset: bool = False) -> None:
        super().__init__()
        self.chunks, self.pause, self.reset = chunks, pause, reset
        self.force_close()

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write all chunks; stop when the client disconnects (aiohttp cancels this) or the origin stops."""
        transport, live = request.transport, cast(web.Request, request).app[LIVE]
        if transport is None:
            raise ConnectionResetError("the client disconnected")
        live.add(transport)
        try:
            await self._write_to(transport)
        finally:
            live.discard(transport)

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: ``prepare`` has written everything."""

    async def _write_to(self, transport: asyncio.Transport) -> None:
        for chunk in self.chunks:
            if transport.is_closing():
                raise ConnectionResetError("the client disconnected")
            transport.write(chunk)
            while transport.get_write_buffer_size():
                await asyncio.sleep(0.001)
            await asyncio.sleep(self.pause)
        if self.reset:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            transport.abort()


async def hang_up(app: web.Application) -> None:
    """Abort all raw responses in progress."""
    live = app[LIVE]
    for transport in tuple(live):
        transport.abort()


def head(status: str, headers: Mapping[str, str]) -> bytes:
    r"""Return a status line and headers, unchecked, with ``Connection: close``.

    >>> head("404 Gone\x1b[2J", {"Content-Length": "0"})
    b'HTTP/1.1 404 Gone\x1b[2J\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    """
    lines = (f"{name}: {value}\r\n" for name, value in {**headers, "Connection": "close"}.items())
    return "".join([f"HTTP/1.1 {status}\r\n", *lines, "\r\n"]).encode()
