"""``finews origin``: serve the mock upstream on loopback until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import os

from finews_crawler.cli import ArchiveCommand
from finews_crawler.exceptions import ArgumentError
from finews_crawler.stats import ExitStatus


class Command(ArchiveCommand):
    """Runs in the foreground; SIGINT and SIGTERM end it with exit status 0."""

    description = "Serve a deterministic upstream on loopback, for the demo, tests and benchmarks"
    examples = ("finews origin --port 8000 --articles 300", "finews origin --latency 50 --fault missing=3")

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        from finews_crawler.testing.origin.faults.registry import describe_faults

        super().add_options(parser)
        group = parser.add_argument_group(title="Origin")
        group.add_argument("--port", default="0", metavar="N", help="port on 127.0.0.1 (default: 0, a free one)")
        group.add_argument("--articles", default="300", metavar="N", help="number of articles (default: 300)")
        group.add_argument("--seed", default="1", metavar="N", help="seed of the articles (default: 1)")
        clock = "start of its clock, a time in Beijing such as '2022-05-20 08:00'; later articles are not served yet"
        group.add_argument("--clock", metavar="TIME", help=clock)
        newest = "time of the newest article, in Beijing: 'now', or one such as '2026-09-19 08:00'; default: May 2022"
        group.add_argument("--newest", metavar="TIME", help=newest)
        group.add_argument("--payloads", metavar="DIR", help="also serve the GetNewsText responses recorded in DIR")
        group.add_argument("--latency", default="0", metavar="MS", help="milliseconds before a response (default: 0)")
        faults = f"inject a fault, may be repeated. {describe_faults()}".replace("%", "%%")
        group.add_argument("--fault", action="append", default=[], metavar="NAME[=N]", help=faults)

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        from finews_crawler.testing.origin.cli import prepare, serve_until_signal
        from finews_crawler.testing.origin.server import LOOPBACK

        app, port, greeting = prepare(opts)
        try:
            asyncio.run(serve_until_signal(app, port, greeting))
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise ArgumentError(f"cannot serve on {LOOPBACK}:{port}: {why}: choose another --port") from error
        return ExitStatus.ALL_WELL
