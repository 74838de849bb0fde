"""What the commands share: opening the archive to write, and refusing in one line with an exit status that says why."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from scrapy.settings import BaseSettings

from finews_crawler.archive.archive import Archive
from finews_crawler.archive.index import UnusableIndex
from finews_crawler.archive.lock import Locked
from finews_crawler.archive.paths import ArchiveNotWritable
from finews_crawler.configuration import ConfigurationError, check_configuration, data_directory, post_addresses
from finews_crawler.counts import ExitStatus

ROOM_OR_PERMISSION = "give room or permission and run again"


def printable(text: str) -> str:
    r"""*text* as one line that no terminal takes for anything else.

    >>> printable("标题\x1b[2J\n")
    '标题\\x1b[2J\\n'
    """
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def say(message: str) -> None:
    """One line to standard error."""
    sys.stderr.write(f"{printable(message)}\n")


def stop(status: ExitStatus, message: str) -> NoReturn:
    """One line, and out."""
    say(message)
    sys.exit(status)


def open_standard_error() -> None:
    """A cron line may have closed it (``2>&-``), and Scrapy's logging cannot begin without: the command goes on."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open as long as the process is)


def open_to_read(settings: BaseSettings | None, command: str) -> Archive:
    """The archive of the settings, whoever writes to it. Refuses where it cannot be read."""
    assert settings is not None  # noqa: S101 (Scrapy sets them before it runs a command)
    try:
        check_configuration(settings)
    except ConfigurationError as error:
        stop(ExitStatus.ARGUMENTS, f"{command}: {error}")
    archive = Archive(data_directory(settings), post_addresses(settings))
    with refusing(archive, command):
        archive.index.check()
    return archive


def open_to_write(settings: BaseSettings | None, command: str) -> Archive:
    """The archive of the settings: locked, and what a killed run left in it finished. Refuses where that cannot be."""
    assert settings is not None  # noqa: S101 (as above)
    archive = open_to_read(settings, command)
    with refusing(archive, command):
        archive.directory.check_writable()
        finished = archive.prepare(settings.getfloat("FINEWS_LOCK_WAIT"), lambda why: say(f"{command}: {why}"))
        if finished:
            say(f"{command}: {finished} posts that an earlier run was about to write are written")
    return archive


@contextmanager
def refusing(archive: Archive, command: str) -> Iterator[None]:
    """Ends the process in one line when *archive* cannot be written, its lock given back."""
    try:
        yield
    except Locked as error:
        archive.close()
        stop(ExitStatus.LOCKED, f"{command}: {error}")
    except (ArchiveNotWritable, UnusableIndex) as error:
        archive.close()
        stop(ExitStatus.NOT_WRITABLE, f"{command}: {error}")
    except (OSError, sqlite3.Error) as error:
        archive.close()
        stop(ExitStatus.NOT_WRITABLE, f"{command}: {archive.directory.root}: {error}: {ROOM_OR_PERMISSION}")
