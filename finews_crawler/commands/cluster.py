"""``finews cluster``: show, drain, requeue or empty the queue of FINEWS_CLUSTER."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from finews_crawler.cli import ArchiveCommand, output_errors
from finews_crawler.config.load import CLUSTER_NOT_SET, check_installed
from finews_crawler.config.values import non_negative_number, one_of, read
from finews_crawler.exceptions import ArgumentError, ClusterError
from finews_crawler.stats import ExitStatus
from finews_crawler.utils import clock
from finews_crawler.utils.output import STANDARD_OUTPUT, can_be_output
from finews_crawler.utils.terminal import echo

ACTIONS = ("status", "metrics", "drain", "resume", "requeue", "clear")


class Command(ArchiveCommand):
    """Needs no archive: it runs on any machine that reaches Redis."""

    usage = f"{'|'.join(ACTIONS)} [options]"
    description = "Show the queue of the workers, bring it to rest, queue failed articles again, or empty it"
    examples = ("finews cluster status", "finews cluster status --json")
    takes_arguments = True

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="status: print one JSON object instead of lines")
        about = "metrics: write them to this file instead of standard output"
        parser.add_argument("--file", metavar="FILE", default=str(STANDARD_OUTPUT), help=about)
        about = "drain: seconds to wait until nothing is under way; default: 600"
        parser.add_argument("--wait", metavar="SECONDS", default="600", help=about)

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        action = read("the action", " ".join(args), one_of(*ACTIONS))
        if not self.config.cluster:
            raise ClusterError(CLUSTER_NOT_SET)
        check_installed("redis", "cluster", "FINEWS_CLUSTER")
        status: ExitStatus = getattr(self, f"do_{action}")(opts) or ExitStatus.ALL_WELL
        return status

    def do_status(self, opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.report import status_json, status_lines
        from finews_crawler.cluster.status import read_status

        status = read_status(self.config)
        if opts.json:
            echo(json.dumps(status_json(status), ensure_ascii=False))
        else:
            echo(*status_lines(self.config, status))

    def do_metrics(self, opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.status import read_status
        from finews_crawler.operate.monitoring.cluster_metrics import cluster_metrics, cluster_up
        from finews_crawler.operate.monitoring.prometheus import write_metrics

        path, config = Path(opts.file), self.config
        if not can_be_output(path):
            raise ArgumentError(f"--file must be a file in a folder that exists, or -, got {opts.file!r}")
        with output_errors(path):
            try:
                status = read_status(config)
            except ClusterError:
                write_metrics(path, [cluster_up(is_up=False)])
                raise
            write_metrics(path, cluster_metrics(status, config.cluster_lease, clock.now()))

    def do_drain(self, opts: argparse.Namespace) -> ExitStatus:
        from finews_crawler.cluster.drain import drain
        from finews_crawler.cluster.status import read_status

        seconds = read("--wait", opts.wait, non_negative_number("seconds"))
        is_at_rest = drain(self.config, seconds, lambda line: echo(f"cluster: {line}"))
        status = read_status(self.config)
        state = "at rest" if is_at_rest else "not at rest yet, but drained: run it again to go on waiting"
        left = f"{status.queued} articles stay queued, and {status.results} results wait for a crawl"
        echo(f"cluster: {state}: {left}")
        return ExitStatus.ALL_WELL if is_at_rest else ExitStatus.SOME_FAILED

    def do_resume(self, opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.drain import resume

        was_drained = resume(self.config)
        echo(f"cluster: workers {'take articles again' if was_drained else 'took articles already'}")

    def do_requeue(self, opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.requeue import requeue

        if self.config.data_directory.root.is_dir():
            with self.reading() as archive:
                done = requeue(self.config, archive.index.contains_each)
        else:
            done = requeue(self.config, None)
        echo(f"cluster: {done.queued} articles are queued again")
        for number, text in (
            (done.archived, "are archived by now"),
            (done.outstanding, "are outstanding, and were left"),
            (done.unknown, "dead letters name no article of a known source: `finews cluster clear` removes them"),
            (done.failed, "could not be fetched, and were left: run it where the archive of this queue is"),
        ):
            if number:
                echo(f"cluster: {number} {text}")

    def do_clear(self, opts: argparse.Namespace) -> None:
        from finews_crawler.cluster.status import clear_queue

        echo(f"cluster: {clear_queue(self.config)} articles were taken off the queue")
