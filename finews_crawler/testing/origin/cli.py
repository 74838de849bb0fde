"""The origin in the foreground, for ``finews origin``: arguments, printed URLs, and a server that a signal stops."""

from __future__ import annotations

import argparse
import asyncio
import signal
from datetime import datetime
from pathlib import Path

from aiohttp import web

from finews_crawler.config.model import HOST_SETTINGS
from finews_crawler.config.values import read, whole_number
from finews_crawler.exceptions import ArgumentError
from finews_crawler.sources import CHANNELS, SOURCES
from finews_crawler.testing.origin.app import build_app
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.channel_api import DEFAULT_COUNT
from finews_crawler.testing.origin.dataset import PUBLISHED, Clock, clock_from
from finews_crawler.testing.origin.exchange import SHARE_PATH, STATS_PATH
from finews_crawler.testing.origin.faults.registry import parse_faults
from finews_crawler.testing.origin.recorded_payloads import Payloads, load_payloads
from finews_crawler.testing.origin.server import serving
from finews_crawler.testing.origin.timestamps import NEWEST
from finews_crawler.utils.clock import now
from finews_crawler.utils.terminal import echo, write_stderr
from finews_crawler.utils.timezone import BEIJING


def prepare(opts: argparse.Namespace) -> tuple[web.Application, int, str]:
    """Check the arguments; return the application, its port and what follows the URL in the first line."""
    port = read("--port", opts.port, whole_number(65535, least=0))
    number = whole_number(1_000_000, least=0)
    articles, seed = read("--articles", opts.articles, number), read("--seed", opts.seed, number)
    latency_ms, faults = read("--latency", opts.latency, number), parse_faults(opts.fault)
    payloads = load_payloads(Path(opts.payloads)) if opts.payloads is not None else Payloads()
    for complaint in payloads.complaints:
        write_stderr(f"origin: {complaint}")
    listed = payloads.beside(generate(articles, seed, read_newest(opts.newest)))
    app = build_app(listed, payloads.answers, latency_ms, faults, read_clock(opts.clock))
    return app, port, f"({len(app[PUBLISHED].dataset.articles)} articles, seed {seed})"


def read_clock(text: str | None) -> Clock | None:
    """Return a clock that begins at a time, in Beijing unless it has an offset; None for None.

    >>> read_clock("2022-05-20T00:00Z")().isoformat(timespec="minutes")
    '2022-05-20T00:00+00:00'
    >>> read_clock("soon")
    Traceback (most recent call last):
    ...
    finews_crawler.exceptions.ArgumentError: --clock must be a time such as 2022-05-20 08:00, got 'soon'
    """
    return None if text is None else clock_from(read_time("--clock", text))


def read_newest(text: str | None) -> datetime:
    """Return the time of the newest article, ``now`` or a time; of None, the one that tests rely on.

    >>> read_newest("2026-09-19 08:00").isoformat(), read_newest(None) == NEWEST
    ('2026-09-19T08:00:00+08:00', True)
    """
    if text is None:
        return NEWEST
    return now() if text == "now" else read_time("--newest", text)


def read_time(option: str, text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError(f"{option} must be a time such as 2022-05-20 08:00, got {text!r}") from error
    return time if time.tzinfo else time.replace(tzinfo=BEIJING)


async def serve_until_signal(app: web.Application, port: int, greeting: str) -> None:
    """Serve *app*, print its URLs, and return at the first SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    newest = next(iter(app[PUBLISHED].dataset.by_code), "NW202205182383638060")
    async with serving(app, port) as url:
        echo(*announcement(url, greeting, newest))
        await stopped.wait()


def announcement(url: str, greeting: str, info_code: str) -> list[str]:
    """Return the printed lines: the first is for scripts, the last ones are for a shell."""
    families = {channel.family: channel for channel in reversed(CHANNELS.values())}
    bodies = {surface.name: surface for source in SOURCES for surface in source.articles}
    surfaces = {
        **{family: channel.url("", DEFAULT_COUNT) for family, channel in reversed(families.items())},
        **{name: surface.url("", info_code) for name, surface in bodies.items()},
        "share": f"{SHARE_PATH}?infoCode={info_code}",
        "archive": "/",
        "feed": "/feed.xml",
        "stats": STATS_PATH,
    }
    width = max(map(len, surfaces))
    lines = [f"origin: {url}/ {greeting}"]
    lines += [f"  {name:{width}} {url}{path}" for name, path in surfaces.items()]
    lines += [
        "# With all of these set, a crawl polls the lists of both generations, and requests articles from 2022's host:"
    ]
    return lines + [f"export {setting}={url}" for setting in HOST_SETTINGS]
