"""The file that receives the log: whole lines, rotated by size, by several processes at once if need be.

A line is one write to a file opened to append, so that lines of two processes do not mix. Who holds the lock of an
archive may not rotate for that alone: the runs of two archives may share a log. So whoever finds the file too large
locks that very file; who then finds another in its place was too late, and goes on with the new one.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from finews_crawler.config.log_rotation import LogLimits
from finews_crawler.operate.logging.json_formatter import as_bytes
from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import make_folder
from finews_crawler.utils.terminal import write_stderr


class RotatingLogFile(RotatingFileHandler):
    """What cannot be written is said once, and goes to *instead* (standard error) until it can be written again."""

    def __init__(self, path: Path, limits: LogLimits, instead: logging.Handler | None = None) -> None:
        """Raises OSError when the file cannot be opened."""
        make_folder(path.absolute().parent)
        super().__init__(path, maxBytes=limits.largest, backupCount=limits.keep, encoding="utf-8")
        self.instead = instead
        self.missing = 0
        """Lines that could not be written since the last one that was."""
        self._is_half = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = as_bytes(self.format(record))
        except Exception:  # noqa: BLE001 (as the handlers of the standard library do: logging.raiseExceptions decides)
            self.handleError(record)
            return
        try:
            self._make_room(len(line))
            self._tell_of_missing()
            self._write(line)
        except OSError as error:
            self._go_elsewhere(record, error)

    def _make_room(self, size: int) -> None:
        """Go on in the file that has the name now, and in a new one when the line does not fit."""
        self._follow()
        written = os.fstat(self._descriptor()).st_size
        if written and written + size > self.maxBytes:
            with self._alone() as is_alone:
                if is_alone:
                    self.doRollover()
            self._follow()

    def _descriptor(self) -> int:
        if self.stream is None:  # as after a rotation that failed
            self.stream = self._open()
        return self.stream.fileno()

    def _follow(self) -> None:
        """Leave a file that somebody has rotated."""
        if self._is_moved() and self.stream is not None:
            self.stream.close()
            self.stream = None

    def _is_moved(self) -> bool:
        try:
            return not os.path.samestat(os.fstat(self._descriptor()), Path(self.baseFilename).stat())
        except FileNotFoundError:
            return True

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Whether nobody else rotates this file now, nor has done so since it was found too large."""
        # Of its own: the lock is to outlive the handler's stream, which rotating closes.
        descriptor = os.dup(self._descriptor())
        try:
            yield _is_locked(descriptor) and not self._is_moved()
        finally:
            os.close(descriptor)

    def _write(self, line: bytes) -> None:
        """Not through the stream: it would keep what a full disk refused, and write half of it later."""
        whole = b"\n" + line if self._is_half else line
        left = memoryview(whole)
        try:
            while left:
                left = left[os.write(self._descriptor(), left) :]
        finally:
            if len(left) < len(whole):
                self._is_half = bool(left)

    def _tell_of_missing(self) -> None:
        if not self.missing:
            return
        told = f"{self.missing} lines before this one could not be written here: they went to standard error"
        record = logging.LogRecord(__name__, logging.WARNING, "", 0, told, (), None)
        self._write(as_bytes(self.format(record)))
        self.missing = 0

    def _go_elsewhere(self, record: logging.LogRecord, error: OSError) -> None:
        if not self.missing:
            write_stderr(f"FINEWS_LOG_FILE={self.baseFilename} cannot be written ({error}): {hint_for(error)}")
        self.missing += 1
        if self.instead is not None:
            self.instead.handle(record)


def _is_locked(descriptor: int) -> bool:
    """Lock a file, unless another process has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
