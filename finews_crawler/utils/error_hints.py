"""What to do about an error of the disk or of the index: the end of the line that tells of it."""

from __future__ import annotations

import errno
import sqlite3

GIVE_ROOM = "give room and run again"
GIVE_PERMISSION = "give permission and run again"
MOVE_AWAY = "move it away and run again"
LOOK_AFTER_DISK = "give room, or look after the disk, and run again"
WAIT = "another program holds the index open: wait for it and run again"
RESTORE = "restore it, or move it away and `scrapy reindex` the posts"
ROOM_OR_PERMISSION = "give room or permission and run again"

BY_NUMBER = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), GIVE_ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), GIVE_PERMISSION),
    **dict.fromkeys((errno.EISDIR, errno.ENOTDIR, errno.EEXIST), MOVE_AWAY),
    errno.EIO: LOOK_AFTER_DISK,
}
# SQLite's own words: Python 3.10 does not say its numbers (sqlite_errorcode is new in 3.11).
BY_WORDS = {
    "disk is full": LOOK_AFTER_DISK,
    "disk I/O error": LOOK_AFTER_DISK,
    "locked": WAIT,
    "busy": WAIT,
    "readonly": GIVE_PERMISSION,
    "Could not decode": RESTORE,  # a text that was overwritten; Python calls it an OperationalError
}


def hint_for(error: Exception) -> str:
    """What to do about *error*, to follow its own words.

    >>> hint_for(OSError(errno.ENOSPC, "No space left on device"))
    'give room and run again'
    >>> hint_for(sqlite3.OperationalError("database is locked"))
    'another program holds the index open: wait for it and run again'
    """
    if isinstance(error, OSError):
        return BY_NUMBER.get(error.errno or 0, ROOM_OR_PERMISSION)
    # Itself, not what is derived from it: so sqlite3 raises SQLITE_CORRUPT and SQLITE_NOTADB.
    if type(error) is sqlite3.DatabaseError:
        return RESTORE
    if isinstance(error, sqlite3.Error):
        return next((advice for words, advice in BY_WORDS.items() if words in str(error)), ROOM_OR_PERMISSION)
    return ROOM_OR_PERMISSION
