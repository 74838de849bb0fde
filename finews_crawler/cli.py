"""What the commands share: what they say and to whom, opening the archive, and refusing with a status that says why."""

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
from finews_crawler.config.model import check_configuration, data_directory, post_urls
from finews_crawler.exceptions import ArchiveNotWritable, ConfigurationError, Locked, UnusableIndex
from finews_crawler.stats import ExitStatus
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.terminal import write_stderr


def exit_with(status: ExitStatus, message: str) -> NoReturn:
    """One line, and out."""
    write_stderr(message)
    sys.exit(status)


def open_standard_streams() -> None:
    """A cron line may have closed them (``>&- 2>&-``): the command goes on. Scrapy's logging cannot begin without."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (open as long as the process is)
            setattr(sys, name, nowhere)


def open_to_read(settings: BaseSettings | None, command: str) -> Archive:
    """The archive of the settings, whoever writes to it. Refuses where it cannot be read."""
    assert settings is not None  # noqa: S101 (Scrapy sets them before it runs a command)
    try:
        check_configuration(settings)
    except ConfigurationError as error:
        exit_with(ExitStatus.ARGUMENTS, f"{command}: {error}")
    archive = Archive(data_directory(settings), post_urls(settings))
    with refusing(archive, command):
        archive.index.check()
    return archive


def open_to_write(settings: BaseSettings | None, command: str) -> Archive:
    """The archive of the settings: locked, and what a killed run left in it finished. Refuses where that cannot be."""
    assert settings is not None  # noqa: S101 (as above)
    archive = open_to_read(settings, command)
    with refusing(archive, command):
        archive.directory.check_writable()
        finished = archive.prepare(settings.getfloat("FINEWS_LOCK_WAIT"), lambda why: write_stderr(f"{command}: {why}"))
        if finished:
            write_stderr(f"{command}: {finished} posts that an earlier run was about to write are written")
    return archive


@contextmanager
def refusing(archive: Archive, command: str) -> Iterator[None]:
    """Ends the process in one line when *archive* cannot be written, its lock given back."""
    try:
        yield
    except Locked as error:
        archive.close()
        exit_with(ExitStatus.LOCKED, f"{command}: {error}")
    except (ArchiveNotWritable, UnusableIndex) as error:
        archive.close()
        exit_with(ExitStatus.NOT_WRITABLE, f"{command}: {error}")
    except OSError as error:
        archive.close()
        exit_with(ExitStatus.NOT_WRITABLE, f"{command}: {archive.directory.root}: {error}: {hint_for(error)}")
    except sqlite3.Error as error:
        archive.close()
        # The file itself: the advice may be to move it away.
        exit_with(ExitStatus.NOT_WRITABLE, f"{command}: {archive.directory.index}: {error}: {hint_for(error)}")
