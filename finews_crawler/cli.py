"""Base of the commands: they open the archive, and exit with one line and a status that names the kind of failure."""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from urllib.parse import unquote, urlsplit

from scrapy.commands import ScrapyCommand

from finews_crawler.config.given import check_names
from finews_crawler.config.load import check_configuration, config_of
from finews_crawler.config.scrapys_settings import LEVELS, read_options
from finews_crawler.config.values import one_of, read
from finews_crawler.exceptions import (
    ArchiveError,
    ArchiveNotWritable,
    ArgumentError,
    ConfigurationError,
    DamagedRow,
    Locked,
    OutputInUse,
    UnusableIndex,
    UsageError,
)
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.empty_options import note_empty_values
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.output import STANDARD_OUTPUT, can_be_output, is_standard_output, write_output
from finews_crawler.utils.terminal import echo, output_error, write_stderr
from finews_crawler.utils.unknown_words import unknown_word

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from finews_crawler.archive.archive import Archive
    from finews_crawler.config.data_directory import DataDirectory
    from finews_crawler.config.model import Config

EXAMPLE = "; for example: "


class ArchiveCommand(ScrapyCommand):
    """Base class of all commands but ``crawl``. It is not in ``commands``: Scrapy would list it.

    A subclass implements ``execute``, which may raise any exception of ``finews_crawler.exceptions``.
    """

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    usage: ClassVar[str] = "[options]"
    description: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]
    """Correct command lines, for the help; the first one also for messages about a wrong one."""
    takes_arguments: ClassVar[bool] = False

    archive: Archive | None = None

    @property
    def command(self) -> str:
        return f"finews {type(self).__module__.rpartition('.')[2]}"

    @property
    def config(self) -> Config:
        """The checked settings. Raises ConfigurationError."""
        assert self.settings is not None  # noqa: S101 (Scrapy sets them before it runs a command)
        return check_configuration(self.settings)

    def syntax(self) -> str:
        return self.usage

    def short_desc(self) -> str:
        return self.description

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        note_empty_values(parser)
        super().add_options(parser)

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None  # noqa: S101 (as above)
        with reading_options(self.command, self.settings, opts, self.examples[0]):
            super().process_options(args, opts)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        with exit_on_error(self.command, self.examples[0]):
            self.check_settings()
            if unknown := unknown_word(args, opts, takes_arguments=self.takes_arguments):
                raise ArgumentError(unknown)
            try:
                status = self.execute(args, opts)
            finally:
                if self.archive is not None:
                    self.archive.close()
        self.exitcode = final_status(self.command, status)

    def check_settings(self) -> None:
        """Raise ConfigurationError for an unknown setting and for an invalid value, of this command or of another."""
        check_names(self.settings or ())
        config_of(self.settings or {})

    def execute(self, args: list[str], opts: argparse.Namespace) -> int:
        raise NotImplementedError

    @contextmanager
    def reading(self, *, may_be_new: bool = False, needs_index: bool = True) -> Iterator[Archive]:
        """Open the archive to read it. Errors of disk and index leave the block as ArchiveError.

        Raises ConfigurationError if the data directory does not exist, unless *may_be_new*: a name with a typing error
        would be an empty archive, in which all is well. So would one that has lost its index, if the command
        *needs_index*: UnusableIndex.
        """
        from finews_crawler.archive.archive import Archive

        directory = self.config.data_directory
        if not may_be_new:
            check_exists(directory)
            if needs_index:
                directory.check_index()
        self.archive = Archive(directory, self.config.post_urls)
        with archive_errors(self.archive):
            self.archive.index.check()
            yield self.archive

    @contextmanager
    def writing(self, *, may_be_new: bool = False) -> Iterator[Archive]:
        """Open the archive to write to it, locked. Errors of disk and index leave the block as ArchiveError."""
        with self.reading(may_be_new=may_be_new) as archive:
            prepare(archive, self.config, self.command, sweeps=True)
            yield archive


def check_exists(directory: DataDirectory) -> None:
    """Raise ConfigurationError for a data directory that is missing or a file, ArchiveError if it cannot be read."""
    with output_errors(directory.root):
        is_there, exists = directory.root.is_dir(), directory.root.exists()
    if not is_there:
        problem = "is not a folder" if exists else "does not exist"
        hint = "set FINEWS_DATA_DIR to the folder of an archive; a crawl creates it"
        raise ConfigurationError(f"the data directory {directory.root.absolute()} {problem}: {hint}")


@contextmanager
def exit_on_error(command: str, example: str = "") -> Iterator[None]:
    """End the process for an exception of this package: one line on standard error, and the status of its kind."""
    try:
        yield
    except UsageError as error:
        lacks_example = isinstance(error, ArgumentError) and EXAMPLE not in str(error)
        hint = f"{EXAMPLE}{example}" if example and lacks_example else ""
        exit_with(ExitStatus.ARGUMENTS, f"{command}: {error}{hint}")
    except ArchiveError as error:
        is_locked = isinstance(error, (Locked, OutputInUse))
        exit_with(ExitStatus.LOCKED if is_locked else ExitStatus.NOT_WRITABLE, f"{command}: {error}")


@contextmanager
def reading_options(
    command: str, settings: BaseSettings, opts: argparse.Namespace, example: str = ""
) -> Iterator[None]:
    """Check the options of all commands, and let the block read them: one line and status 2 for one that is wrong.

    Scrapy would end with a traceback, or pass over a misspelt name of ``-s``.
    """
    open_standard_streams()
    with exit_on_error(command):
        if empty := getattr(opts, "empty_option", None):
            raise ArgumentError(f"{empty} is not set{EXAMPLE}{example}" if example else f"{empty} is not set")
        for name in ("logfile", "profile", "pidfile"):
            path = getattr(opts, name)
            if path and not can_be_output(Path(path)):
                raise ArgumentError(f"--{name} must be a file in a folder that exists, got {path!r}")
        if opts.loglevel:
            read("--loglevel", opts.loglevel, one_of(*LEVELS))
        values = read_options(opts.set, settings)
        with output_errors(Path(opts.pidfile or "")):
            yield
        settings.setdict(values, priority="cmdline")


def check_scrapys_files(settings: BaseSettings, *, has_feeds: bool) -> None:
    """Raise ArchiveError if Scrapy cannot write its log or a feed (``-O FILE``): it would not say so in one line.

    Creates those that are missing, as the crawl does.
    """
    log = settings["LOG_FILE"] if settings.getbool("LOG_ENABLED") else None
    feeds = [file_of_feed(str(uri)) for uri in settings.getdict("FEEDS")] if has_feeds else []
    for path in (Path(log) if log else None, *feeds):
        if path is not None:
            with output_errors(path):
                if path in feeds:
                    path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o666))


def file_of_feed(uri: str) -> Path | None:
    """Return the file of a feed; None for another storage, and for a name with parameters.

    >>> file_of_feed("a/b.jsonl"), file_of_feed("file:///a/b.csv"), file_of_feed("stdout:"), file_of_feed("s3://a/b")
    (PosixPath('a/b.jsonl'), PosixPath('/a/b.csv'), None, None)
    """
    parts = urlsplit(uri)
    return Path(unquote(parts.path)) if parts.scheme in ("", "file") and "%(" not in uri else None


def final_status(command: str, status: int) -> int:
    """Return the exit status of a command that ends with *status*: not 0 if its output is lost, which is reported."""
    error = output_error()
    if error is None:
        return status
    write_stderr(f"{command}: standard output: {error.strerror}: what it has printed is not complete")
    return status or ExitStatus.NOT_WRITABLE


def exit_with(status: ExitStatus, message: str) -> NoReturn:
    write_stderr(message)
    sys.exit(status)


def open_standard_streams() -> None:
    """Open streams that a cron line has closed (``>&- 2>&-``): Scrapy's logging needs them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            null = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open until the process ends)
            setattr(sys, name, null)


def prepare(archive: Archive, config: Config, command: str, *, sweeps: bool = False) -> None:
    """Lock the archive, and finish the writes of a killed run. Raises ArchiveError, OSError, sqlite3.Error."""
    archive.directory.check_writable()
    finished = archive.prepare(config.lock_wait, lambda why: write_stderr(f"{command}: {why}"), sweeps=sweeps)
    if finished:
        write_stderr(f"{command}: wrote {finished} posts that an earlier run had not finished")


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Raise ArchiveError for an OSError at *path*, unless it is a standard output that nobody reads any more."""
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError) and is_standard_output(path):
            return
        raise ArchiveError(f"{path}: {error}: {hint_for(error)}") from error


def write_report(path: Path, html: str, summary: str) -> None:
    """Write the report of ``--html``; print *summary* and where it is, on standard error if it is standard output.

    Raises ArchiveError.
    """
    with output_errors(path):
        write_output(path, html.encode())
    print_beside(path, f"{summary}; the report is {'on standard output' if path == STANDARD_OUTPUT else path}")


def print_beside(path: Path | None, *lines: str) -> None:
    """Print to standard output, or to standard error if *path*, the file of a report, is standard output."""
    if path is None or not is_standard_output(path):
        echo(*lines)
        return
    for line in lines:
        write_stderr(line)


def read_report_path(text: str | None) -> Path | None:
    """Return the file of ``--html``, None without the option. Raises ArgumentError."""
    if text is None:
        return None
    if not text or not can_be_output(Path(text)):
        raise ArgumentError(f"--html must be a file in a folder that exists, or - for standard output, got {text!r}")
    return Path(text)


@contextmanager
def archive_errors(archive: Archive) -> Iterator[None]:
    """Turn an error of the disk or of the index into an ArchiveError with a hint."""
    try:
        yield
    except DamagedRow as error:
        raise UnusableIndex(f"{archive.directory.index}: {error}") from error
    except OSError as error:
        raise ArchiveNotWritable(f"{archive.directory.root}: {error}: {hint_for(error)}") from error
    except sqlite3.Error as error:
        # The index by its path: the hint may be to move it away.
        raise UnusableIndex(f"{archive.directory.index}: {error}: {hint_for(error)}") from error
