"""Hints for errors of the disk and of the index, to follow the error in its log line."""

from __future__ import annotations

import errno
import sqlite3

ROOM = "give room and run again"
GIVE_PERMISSION = "give permission and run again"
CHECK_DISK = "free some space or check the disk, and run again"
WAIT = "another program holds the index open: wait for it and run again"
RESTORE = "restore it, or move it away and `finews reindex` the posts"
CONFLICT = "`finews audit` names the rows that contradict each other"
CHECK_PATH = "check the path and run again"
NO_READER = "start the program that reads from it first"
OPEN_FILES = "raise the limit of open files (ulimit -n) and run again"
MEMORY = "free some memory and run again"
MOUNT = "mount it again and run again"
CHECK_ANYTHING = "check the disk and its permissions, and run again"

BY_NUMBER = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), GIVE_PERMISSION),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP), "move it away and run again"),
    errno.EIO: CHECK_DISK,
    **dict.fromkeys((errno.ENOENT, errno.EBADF, errno.ENAMETOOLONG), CHECK_PATH),
    **dict.fromkeys((errno.ENXIO, errno.EPIPE), NO_READER),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), OPEN_FILES),
    **dict.fromkeys((errno.ESTALE, errno.ENOTCONN), MOUNT),  # a server of NFS or sshfs that has gone away
    errno.ENOMEM: MEMORY,
}
# SQLite's primary error codes, https://www.sqlite.org/rescode.html. All others mean that the file is damaged.
BY_CODE = {
    sqlite3.SQLITE_FULL: ROOM,
    sqlite3.SQLITE_IOERR: CHECK_DISK,
    **dict.fromkeys((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED), WAIT),
    **dict.fromkeys((sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH), GIVE_PERMISSION),
    sqlite3.SQLITE_CONSTRAINT: CONFLICT,
    sqlite3.SQLITE_NOMEM: MEMORY,
    sqlite3.SQLITE_CANTOPEN: CHECK_ANYTHING,
}


def hint_for(error: Exception) -> str:
    """Return the hint for *error*.

    >>> hint_for(OSError(errno.ENOSPC, "No space left on device"))
    'give room and run again'
    """
    if isinstance(error, OSError):
        return BY_NUMBER.get(error.errno or 0, CHECK_ANYTHING)
    if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.ProgrammingError):
        return BY_CODE.get(primary_code(error), RESTORE)
    return CHECK_ANYTHING


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary error code; SQLITE_ERROR for an error that Python's module raises itself."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
