"""The origin in the foreground, for ``scrapy origin``: arguments, printed URLs, and a server that a signal stops."""

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
from finews_crawler.sources import CHANNELS
from finews_crawler.testing.origin.app import build_app
from finews_crawler.testing.origin.articles import generate
from finews_crawler.testing.origin.channel_api import DEFAULT_COUNT
from finews_crawler.testing.origin.dataset import PUBLISHED, Clock, clock_from
from finews_crawler.testing.origin.exchange import NEWS_TEXT_PATH, SHARE_PATH, STATS_PATH
from finews_crawler.testing.origin.faults.registry import parse_faults
from finews_crawler.testing.origin.recorded_payloads import Payloads, load_payloads
from finews_crawler.testing.origin.server import serving
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
    listed, clock = payloads.beside(generate(articles, seed)), read_clock(opts.clock)
    app = build_app(listed, payloads.answers, latency_ms, faults, clock)
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
    if text is None:
        return None
    try:
        begin = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError(f"--clock must be a time such as 2022-05-20 08:00, got {text!r}") from error
    return clock_from(begin if begin.tzinfo else begin.replace(tzinfo=BEIJING))


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
    surfaces = {
        "share": f"{SHARE_PATH}?infoCode={info_code}",
        "article": f"{NEWS_TEXT_PATH}?id={info_code}",
        "rolling": CHANNELS["rolling"].url("", DEFAULT_COUNT),
        "media": CHANNELS["media"].url("", DEFAULT_COUNT),
        "market": CHANNELS["market:37"].url("", DEFAULT_COUNT),
        "archive": "/",
        "feed": "/feed.xml",
        "stats": STATS_PATH,
    }
    lines = [f"origin: {url}/ {greeting}"]
    lines += [f"  {name:8} {url}{path}" for name, path in surfaces.items()]
    return lines + [f"export {setting}={url}" for setting in HOST_SETTINGS]
