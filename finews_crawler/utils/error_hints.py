"""Hints for errors of the disk and of the index, to follow the error in its log line."""

from __future__ import annotations

import errno
import sqlite3

GIVE_PERMISSION = "give permission and run again"
CHECK_DISK = "free some space or check the disk, and run again"
WAIT = "another program holds the index open: wait for it and run again"
RESTORE = "restore it, or move it away and `scrapy reindex` the posts"
ROOM_OR_PERMISSION = "give room or permission and run again"

BY_NUMBER = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "give room and run again"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), GIVE_PERMISSION),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST), "move it away and run again"),
    errno.EIO: CHECK_DISK,
}
# By parts of SQLite's messages. ``sqlite_errorcode`` is missing in errors that Python's module raises itself.
BY_MESSAGE = {
    "disk is full": CHECK_DISK,
    "disk I/O error": CHECK_DISK,
    "locked": WAIT,
    "busy": WAIT,
    "readonly": GIVE_PERMISSION,
    "Could not decode": RESTORE,  # overwritten text; Python raises an OperationalError for it
}


def hint_for(error: Exception) -> str:
    """Return the hint for *error*.

    >>> hint_for(OSError(errno.ENOSPC, "No space left on device"))
    'give room and run again'
    >>> hint_for(sqlite3.OperationalError("database is locked"))
    'another program holds the index open: wait for it and run again'
    """
    if isinstance(error, OSError):
        return BY_NUMBER.get(error.errno or 0, ROOM_OR_PERMISSION)
    # Not a subclass: sqlite3 raises DatabaseError itself for SQLITE_CORRUPT and SQLITE_NOTADB.
    if type(error) is sqlite3.DatabaseError:
        return RESTORE
    message = str(error) if isinstance(error, sqlite3.Error) else ""
    return next((hint for words, hint in BY_MESSAGE.items() if words in message), ROOM_OR_PERMISSION)
