"""``scrapy origin``: serve the embedded upstream on loopback until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import os
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand

from finews_crawler.cli import open_standard_streams
from finews_crawler.utils.terminal import write_stderr


class Command(ScrapyCommand):
    """Run the origin in the foreground; SIGINT and SIGTERM end it with status 0."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Serve a deterministic upstream on loopback, for the demo, tests and benchmarks"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        from finews_crawler.testing.origin.faults.registry import describe_faults

        super().add_options(parser)
        group = parser.add_argument_group(title="Origin")
        group.add_argument("--port", default="0", metavar="N", help="port on 127.0.0.1 (default: 0, a free one)")
        group.add_argument("--articles", default="300", metavar="N", help="how many articles (default: 300)")
        group.add_argument("--seed", default="1", metavar="N", help="which articles (default: 1)")
        clock = "a moment in Beijing such as '2022-05-20 08:00' at which its clock begins; what is later is yet to come"
        group.add_argument("--clock", metavar="MOMENT", help=clock)
        group.add_argument("--payloads", metavar="DIR", help="also serve the GetNewsText answers recorded in DIR")
        group.add_argument("--latency", default="0", metavar="MS", help="milliseconds before every answer (default: 0)")
        faults = f"spoil answers, may be repeated. {describe_faults()}".replace("%", "%%")
        group.add_argument("--fault", action="append", default=[], metavar="NAME[=N]", help=faults)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        from finews_crawler.exceptions import UsageError
        from finews_crawler.testing.origin.cli import prepare, serve_until_signal
        from finews_crawler.testing.origin.server import LOOPBACK

        open_standard_streams()
        try:
            app, port, greeting = prepare(args, opts)
        except UsageError as error:
            self.refuse(str(error))
            return
        try:
            asyncio.run(serve_until_signal(app, port, greeting))
        except OSError as error:
            self.refuse(f"cannot serve on {LOOPBACK}:{port}: {os.strerror(error.errno or 0)}; choose another --port")

    def refuse(self, why: str) -> None:
        """Say *why* in one line and end with status 2."""
        write_stderr(f"origin: {why}")
        self.exitcode = 2
