"""The exceptions of this package.

::

    FinewsError
    ├── UsageError (ValueError)           an argument or a setting; commands exit with status 2
    │   ├── ArgumentError                 argument of a spider (``-a``) or option of a command
    │   ├── ConfigurationError            setting
    │   │   ├── ReplayError               a file of FINEWS_REPLAY
    │   │   └── ClusterError              the server of FINEWS_CLUSTER
    │   ├── InvalidCursor                 ``finews export --after``
    │   ├── NotInArchive                  an outlet or a symbol that no article has
    │   ├── NotSchedulable                ``finews schedule``
    │   ├── UnknownFault                  ``finews origin --fault``
    │   └── PayloadFolderError            ``finews origin --payloads``
    ├── ArchiveError                      the data directory or an output cannot be used; status 6
    │   ├── ArchiveNotWritable
    │   ├── UnusableIndex
    │   │   └── DamagedRow                one row of it
    │   ├── ForeignFile
    │   ├── LockLost
    │   ├── Locked                        status 7
    │   └── OutputInUse                   status 7
    ├── InvalidData (ValueError)          input that cannot be parsed
    │   ├── InvalidInfoCode
    │   ├── InvalidJson
    │   ├── CorruptWarc
    │   ├── InvalidRecord
    │   └── InvalidMessage                of a coordinator or a worker
    │       └── OtherVersion
    ├── BuildFailed                       Jekyll
    ├── DeployFailed                      ``finews deploy``
    ├── NotInstalled (ImportError)        a package of an extra, which a function needs
    ├── NotificationError                 an alert that could not be delivered
    ├── ProcessFailed                     a subprocess
    ├── RobotsUnreadable                  a robots.txt that allows nothing
    ├── NotPublic (OSError)               a host name that resolves to a private address
    ├── NotResolved (OSError)             a host name that no name server resolves in time
    └── RequestNotSent (IgnoreRequest)    in ``finews_crawler.requests``, which imports Scrapy
        ├── RequestSkipped                on purpose: neither an error nor a failure
        │   └── LimitReached
        ├── HostClosed
        ├── ForbiddenAddress
        ├── ForbiddenByRobots
        ├── NoRecordedResponse
        └── WorkerStopped

Every message is one line: what happened, to what, and what to do about it.
"""

from __future__ import annotations


class FinewsError(Exception):
    """Base class of all exceptions of this package."""


class UsageError(FinewsError, ValueError):
    """An argument or a setting that cannot be used; the message names it."""


class ArgumentError(UsageError):
    """A spider argument or a command-line option that is missing, unknown or invalid."""


class ConfigurationError(UsageError):
    """A setting that is unknown or invalid."""


class ReplayError(ConfigurationError):
    """Files that cannot be replayed."""


class ClusterError(ConfigurationError):
    """A Redis server that cannot be used, or a queue that belongs to another archive."""


class InvalidCursor(UsageError):
    """Text that is not an export cursor, or a cursor of another index."""


class NotInArchive(UsageError):
    """The name of an outlet, or a symbol, that the archive has never had, or a code of several symbols."""


class NotSchedulable(UsageError):
    """A property of this installation that cannot be written into a crontab or a systemd unit."""


class UnknownFault(UsageError):
    """An unknown fault of the origin, or a number that the fault does not take."""


class PayloadFolderError(UsageError):
    """A payload folder that is missing or cannot be read."""


class ArchiveError(FinewsError):
    """A data directory or an output file that cannot be used."""


class ArchiveNotWritable(ArchiveError):
    """A data directory without permission to write, or a file in the place of a folder."""


class UnusableIndex(ArchiveError):
    """An index that is lost, damaged, in use, or written by a newer version of this package."""


class Locked(ArchiveError):
    """An archive whose lock is held by another process."""


class DamagedRow(UnusableIndex):
    """A row of the index that this package cannot have written; the message names it and how to repair it."""

    def __init__(self, table: str, key: str, column: str, why: str) -> None:
        repair = (
            "`finews reindex` reads the article from its post again"
            if table == "article"
            else "restore the index, or move it away and `finews reindex` the posts"
        )
        super().__init__(f"the row of {key} in table {table} is damaged ({column}: {why}): {repair}")
        self.table, self.key, self.column, self.why = table, key, column, why


class ForeignFile(ArchiveError):
    """A file that this package did not write, in the place of one that it is about to write."""


class LockLost(ArchiveError):
    """An archive whose lock file was removed or replaced while this process held the lock."""


class OutputInUse(ArchiveError):
    """An output folder that another export is writing to."""


class InvalidData(FinewsError, ValueError):
    """Input that cannot be parsed."""


class InvalidInfoCode(InvalidData):
    """A value that is not an infoCode; the message quotes it."""


class InvalidJson(InvalidData):
    """A body that is not a JSON object; ``is_page`` is True for an HTML page or an empty body, ``is_cut_off`` for one
    that ends early."""

    def __init__(self, message: str, *, is_page: bool = False, is_cut_off: bool = False) -> None:
        super().__init__(message)
        self.is_page = is_page
        self.is_cut_off = is_cut_off


class CorruptWarc(InvalidData):
    """A file that is not a sequence of gzip members; the message names the file and the offset."""


class InvalidRecord(InvalidData):
    """A gzip member that is not a WARC record."""


class InvalidMessage(InvalidData):
    """A job or a result, taken from Redis, that no coordinator and no worker can have written."""


class OtherVersion(InvalidMessage):
    """A message of a coordinator of another version of this package; *version* is that of the message."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(f"not a message of version {known}")
        self.version = version


class BuildFailed(FinewsError):
    """A build of the site that failed; the site is served as it was before."""


class DeployFailed(FinewsError):
    """A publication of the site that failed or was not begun; the next one completes it."""


class NotInstalled(FinewsError, ImportError):
    """A package that a function needs is missing; the message has the command that installs it."""


class NotificationError(FinewsError):
    """An alert that a notifier could not deliver."""


class ProcessFailed(FinewsError):
    """A subprocess that failed or timed out; the message quotes the end of its output."""


class RobotsUnreadable(FinewsError):
    """A robots.txt that cannot be read, and therefore allows nothing; *is_silent*: the host does not respond at all."""

    def __init__(self, why: str, *, is_silent: bool = False) -> None:
        super().__init__(why)
        self.is_silent = is_silent


class NotResolved(FinewsError, OSError):
    """A look-up of a host name that has taken longer than its time limit."""


class NotPublic(FinewsError, OSError):
    """A host name that resolves to an address that no setting allows."""
