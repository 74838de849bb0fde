"""The origin in a thread of its own, for tests and the demo: a context manager starts and stops it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from finews_crawler.testing.origin.app import TRAFFIC, build_app
from finews_crawler.testing.origin.articles import OriginArticle, generate
from finews_crawler.testing.origin.dataset import Clock
from finews_crawler.testing.origin.faults.registry import parse_faults
from finews_crawler.testing.origin.middleware import Traffic
from finews_crawler.testing.origin.recorded_payloads import Payloads, load_payloads

LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 30
SECONDS_TO_FINISH_REQUESTS = 1


@dataclass(frozen=True)
class RunningOrigin:
    """A running origin. ``url`` has no slash at its end; ``articles`` are all that it lists, newest first."""

    url: str
    articles: list[OriginArticle]
    traffic: Traffic

    def stats(self) -> dict[str, Any]:
        """Return the response of ``/_stats``."""
        return self.traffic.as_dict()


@contextmanager
def running_origin(  # noqa: PLR0913 (the command's options, each with a default)
    count: int = 60,
    seed: int = 1,
    *,
    articles: Sequence[OriginArticle] | None = None,
    payloads: Path | None = None,
    latency_ms: float = 0,
    faults: Sequence[str] = (),
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
    clock: Clock | None = None,
) -> Iterator[RunningOrigin]:
    """Run an origin while the block runs.

    *articles* replaces the *count* generated from *seed*; *payloads* is a folder of recorded GetNewsText responses;
    *faults* are named as on the command line, ``"missing=3"``; *port* 0 is a free one; with *ssl_context*, which
    has a certificate, it serves https; with *clock*, articles dated later are not published yet. Raises OSError
    if the port is in use, UnknownFault, PayloadFolderError.
    """
    generated = list(generate(count, seed) if articles is None else articles)
    recorded = load_payloads(payloads) if payloads else Payloads()
    listed = recorded.beside(generated)
    app = build_app(listed, recorded.answers, latency_ms, parse_faults(faults), clock)
    with _own_thread(serving(app, port, ssl_context)) as url:
        yield RunningOrigin(url, listed, app[TRAFFIC])


@asynccontextmanager
async def serving(app: web.Application, port: int, ssl_context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve *app* on loopback; yield its URL without a slash at the end. Raises OSError if the port is in use."""
    # A response, which may be endless, ends when its client disconnects.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SECONDS_TO_FINISH_REQUESTS, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port, ssl_context=ssl_context).start()
        yield f"{'https' if ssl_context else 'http'}://{LOOPBACK}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@contextmanager
def _own_thread(server: AbstractAsyncContextManager[str]) -> Iterator[str]:
    """Run *server* in a thread with a loop of its own: the caller's thread may hold Scrapy's reactor."""
    up: Future[tuple[str, Callable[[], object]]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve_until_stopped(server, up)), daemon=True)
    thread.start()
    url, stop = up.result(timeout=SECONDS_TO_START)
    try:
        yield url
    finally:
        stop()
        thread.join()


async def _serve_until_stopped(
    server: AbstractAsyncContextManager[str], up: Future[tuple[str, Callable[[], object]]]
) -> None:
    """Run *server*. Pass its URL and a function that stops it to *up*, or the OSError that kept it from starting."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    try:
        async with server as url:
            up.set_result((url, partial(loop.call_soon_threadsafe, stopped.set)))
            await stopped.wait()
    except OSError as error:
        up.set_exception(error)
