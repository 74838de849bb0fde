"""``scrapy cluster``: show or empty the queue of FINEWS_CLUSTER."""

from __future__ import annotations

import argparse
import json

from finews_crawler.cli import ArchiveCommand
from finews_crawler.config.load import check_installed
from finews_crawler.config.values import one_of, read
from finews_crawler.exceptions import ClusterError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.terminal import echo


class Command(ArchiveCommand):
    """Needs no archive: it runs on any machine that reaches Redis."""

    usage = "status|clear [options]"
    description = "Show the queue of the workers, or empty it"
    examples = ("scrapy cluster status", "scrapy cluster status --json")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="status: print one JSON object instead of lines")

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        action = read("the action", " ".join(args), one_of("status", "clear"))
        check_installed("redis", "cluster", "FINEWS_CLUSTER")
        from finews_crawler.cluster.start import NOT_SET
        from finews_crawler.cluster.status import clear_queue, read_status, status_json, status_lines

        config = self.config
        if not config.cluster:
            raise ClusterError(NOT_SET)
        if action == "clear":
            echo(f"cluster: {clear_queue(config)} articles were taken off the queue")
        elif opts.json:
            echo(json.dumps(status_json(read_status(config)), ensure_ascii=False))
        else:
            echo(*status_lines(config, read_status(config)))
        return ExitStatus.ALL_WELL
