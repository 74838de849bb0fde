"""The command line of ``finews``: help, completion, and the commands.

``scrapy`` runs the same commands inside the project; to run one, it imports all of them and all of its own.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy.exceptions import UsageError
from scrapy.utils.project import get_project_settings

from finews_crawler import commands
from finews_crawler.cli import exit_with, final_status, open_standard_streams
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.nearest import did_you_mean
from finews_crawler.utils.terminal import echo

if TYPE_CHECKING:
    from _typeshed import SupportsWrite
    from scrapy.commands import ScrapyCommand
    from scrapy.settings import Settings

SETTINGS_MODULE = "finews_crawler.settings"
SHELLS = ("bash", "zsh", "tcsh")
OTHER_NAMES = {
    "backfill": "crawl channel -a since=DAY",
    "build": "site build",
    "cron": "schedule cron",
    "fetch": "crawl channel",
    "health": "doctor",
    "import": "reindex",
    "info": "runs, or config",
    "list": "config, or crawl --help for the lists",
    "log": "runs",
    "logs": "runs",
    "publish": "deploy",
    "restore": "reindex",
    "run": "crawl channel",
    "search": "export, or site build for a site with search",
    "serve": "site serve",
    "settings": "config",
    "start": "crawl channel",
    "stats": "runs",
    "status": "runs, or doctor",
    "systemd": "schedule systemd",
    "test": "doctor",
}
"""What other programs call the commands, and what they are here."""
COLUMN = 12
"""Width of the names in the list of commands."""


def main() -> NoReturn:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    # Also where a scrapy.cfg of another project is near.
    os.environ["SCRAPY_SETTINGS_MODULE"] = SETTINGS_MODULE
    open_standard_streams()
    name, *words = sys.argv[1:] or ["--help"]
    if name == "help" and words:
        name, words = words[0], ["--help"]
    if name in ("-h", "--help", "help"):
        show_commands()
    elif name in ("-V", "--version", "version"):
        from importlib.metadata import version

        echo(f"finews {version('finews_crawler')}, Scrapy {version('scrapy')}, Python {sys.version.split()[0]}")
    elif name == "--completion":
        show_completion(" ".join(words))
    elif name in command_names():
        sys.exit(run(name, words))
    else:
        what = "option" if name.startswith("-") else "command"
        hint = "; options follow the command" if what == "option" else hint_for_command(name)
        exit_with(ExitStatus.ARGUMENTS, f"finews: unknown {what} {name!r}{hint or ': see finews --help'}")
    sys.exit(final_status("finews", ExitStatus.ALL_WELL))


def hint_for_command(name: str) -> str:
    """Return the end of a message about an unknown command: what it is called here, or the nearest name.

    >>> hint_for_command("backfill"), hint_for_command("rnus")
    ('; did you mean crawl channel -a since=DAY?', '; did you mean runs?')
    """
    meant = OTHER_NAMES.get(name.lower())
    return f"; did you mean {meant}?" if meant else did_you_mean(name, command_names())


def command_names() -> list[str]:
    """Return the names of the commands, sorted."""
    return sorted(module.name for module in iter_modules(commands.__path__))


def load(name: str, settings: Settings) -> ScrapyCommand:
    """Return a command with its settings."""
    command: ScrapyCommand = import_module(f"{commands.__name__}.{name}").Command()
    settings.setdict(command.default_settings, priority="command")
    command.settings = settings
    return command


def show_commands() -> None:
    settings = get_project_settings()
    lines = [f"  {name:<{COLUMN}} {load(name, settings).short_desc()}" for name in command_names()]
    more = (
        "finews COMMAND --help describes one of them.",
        f"finews --completion {'|'.join(SHELLS)} completes them.",
    )
    echo("usage: finews COMMAND [options]", "", *lines, "", *more)


def show_completion(shell: str) -> None:
    """Print the script that completes commands, options and words; exit with status 2 for an unknown shell."""
    if shell not in SHELLS:
        exit_with(ExitStatus.ARGUMENTS, f"finews: --completion must be one of {', '.join(SHELLS)}, got {shell!r}")
    import shtab

    parser = argparse.ArgumentParser("finews")
    commands_of = parser.add_subparsers()
    settings = get_project_settings()
    for name in command_names():
        command = load(name, settings)
        sub = commands_of.add_parser(name, help=command.short_desc(), conflict_handler="resolve")
        command.add_options(sub)
        first, *_ = f"{command.syntax()} ".split(" ")
        if "|" in first:
            sub.add_argument("word", choices=first.split("|"))
        elif first and not first.startswith("-"):
            sub.add_argument("path", nargs="*").complete = shtab.FILE  # type: ignore[attr-defined]
    echo(*shtab.complete(parser, shell).splitlines())


class Parser(argparse.ArgumentParser):
    """Prints its help as commands print their lines: argparse passes over a device that is full."""

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        echo(*self.format_help().splitlines())

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        super().exit(final_status(self.prog, status), message)


def parser_of(name: str, command: ScrapyCommand) -> argparse.ArgumentParser:
    """Return the parser of a command, with its options, its help and its examples."""
    # "resolve", as with Scrapy: a command may replace an option of all commands.
    parser = Parser(
        prog=f"finews {name}",
        usage=f"finews {name} {command.syntax()}",
        description=command.short_desc() if hasattr(command, "details") else command.long_desc(),
        epilog=epilog_of(command),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        conflict_handler="resolve",
    )
    command.add_options(parser)
    return parser


def run(name: str, words: list[str]) -> int:
    """Run a command as ``scrapy`` would, and return its exit status."""
    command = load(name, get_project_settings())
    gc.freeze()  # what was imported lives until the end: no collection looks at it
    gc.enable()
    parser = parser_of(name, command)
    options, arguments = parser.parse_known_args(words)
    checked(parser, command.process_options, arguments, options)
    if command.requires_crawler_process:
        from scrapy.crawler import AsyncCrawlerProcess

        command.crawler_process = AsyncCrawlerProcess(command.settings)
    if options.profile:
        import cProfile

        with cProfile.Profile() as profile:
            checked(parser, command.run, arguments, options)
        profile.dump_stats(options.profile)
    else:
        checked(parser, command.run, arguments, options)
    return command.exitcode


def checked(
    parser: argparse.ArgumentParser, action: Callable[..., Any], arguments: list[str], options: argparse.Namespace
) -> None:
    """Call *action*; exit with status 2 for arguments that Scrapy's own code refuses."""
    try:
        action(arguments, options)
    except UsageError as error:
        if error.print_help and not str(error):
            parser.print_help()
            sys.exit(ExitStatus.ARGUMENTS)
        parser.error(str(error))


def epilog_of(command: ScrapyCommand) -> str:
    """Return the end of a command's help: its details and examples."""
    details = getattr(command, "details", str)()
    return "\n".join((details, "examples:", *(f"  {line}" for line in getattr(command, "examples", ())))).lstrip()
