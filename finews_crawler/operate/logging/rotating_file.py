"""The log file: whole lines, rotated by size, shared by several processes.

A line is one write to a file opened for appending, so lines of two processes do not mix. The archive lock does not
cover rotation, since runs of two archives may share a log: a process that finds the file too large locks that very file
while it renames. A process that then finds another file at the path came too late and continues with that one.

Only a regular file is rotated. A device, a FIFO or a descriptor such as ``/dev/stdout`` is appended to, and stays open.

The standard library's handlers do one half each. concurrent-log-handler does both, but a full disk leaves half a line
in the file and a traceback for each line on standard error, and its lock is another file next to the log.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from pathlib import Path

from finews_crawler.utils.error_hints import hint_for
from finews_crawler.utils.files import make_folder
from finews_crawler.utils.output import STANDARD_OUTPUT, open_stream
from finews_crawler.utils.terminal import write_stderr


class RotatingLogFile(WatchedFileHandler):
    """Log handler that rotates; while the file cannot be written, records go to *fallback* (standard error).

    The first failure is reported on standard error, and the first line after it states the number of missing lines.
    """

    def __init__(
        self,
        path: Path,
        max_bytes: int,
        keep: int,
        fallback: logging.Handler | None = None,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        """*keep*: number of rotated files. *on_failure* is called when the file stops taking lines.

        Raises OSError when the file cannot be opened.
        """
        self.path = path
        self.is_rotated = True
        """False for anything but a regular file."""
        if path != STANDARD_OUTPUT:
            make_folder(path.absolute().parent)
        super().__init__(path, encoding="utf-8")
        self.max_bytes, self.keep = max_bytes, keep
        self.fallback, self.on_failure = fallback, on_failure
        self.missing = 0
        """Lines that could not be written since the last one that was."""
        self._is_half_line = False

    def _open(self) -> TextIOWrapper:
        descriptor = open_stream(self.path)
        self.is_rotated = descriptor is None
        return super()._open() if descriptor is None else open(descriptor, "a", encoding="utf-8")  # noqa: PTH123

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self._encode(record)
        except Exception:  # noqa: BLE001 (as the handlers of the standard library do: logging.raiseExceptions decides)
            self.handleError(record)
            return
        try:
            descriptor = self._make_room(len(line))
            self._report_missing(descriptor)
            self._write(descriptor, line)
        except OSError as error:
            self._fall_back(record, error)

    def _encode(self, record: logging.LogRecord) -> bytes:
        # A lone surrogate, as in a damaged response, becomes its JSON escape.
        return self.format(record).encode("utf-8", "backslashreplace") + b"\n"

    def _make_room(self, size: int) -> int:
        """Return the descriptor to write to: of a new file when the line does not fit. A longer line gets its own."""
        descriptor = self._current()
        if not self.is_rotated:
            return descriptor
        written = os.fstat(descriptor).st_size
        if written and written + size > self.max_bytes:
            self._rotate(descriptor)
            descriptor = self._current()
        return descriptor

    def _current(self) -> int:
        """Return the descriptor of the file at the path, which another process may have rotated or removed."""
        if self.is_rotated:
            self.reopenIfNeeded()
        if self.stream is None:  # it could not be opened for the last line
            self.stream = self._open()
        return self.stream.fileno()

    def _rotate(self, descriptor: int) -> None:
        """Rename FILE to FILE.1 and so on, unless another process is doing so or has done so."""
        with suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                path = Path(self.baseFilename)
                if os.path.samestat(os.fstat(descriptor), path.stat()):
                    for number in range(self.keep - 1, 0, -1):
                        with suppress(FileNotFoundError):
                            Path(f"{path}.{number}").replace(f"{path}.{number + 1}")
                    path.replace(f"{path}.1")
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _write(self, descriptor: int, line: bytes) -> None:
        """Write past the stream, which would buffer what a full disk refused and write a part of it later."""
        whole = b"\n" + line if self._is_half_line else line
        left = memoryview(whole)
        try:
            while left:
                left = left[os.write(descriptor, left) :]
        finally:
            if len(left) < len(whole):
                self._is_half_line = bool(left)

    def _report_missing(self, descriptor: int) -> None:
        if not self.missing:
            return
        message = f"{self.missing} lines before this one could not be written here: they went to standard error"
        record = logging.LogRecord(__name__, logging.WARNING, "", 0, message, (), None)
        self._write(descriptor, self._encode(record))
        self.missing = 0

    def _fall_back(self, record: logging.LogRecord, error: OSError) -> None:
        if not self.missing:
            write_stderr(f"FINEWS_LOG_FILE={self.path} cannot be written ({error}): {hint_for(error)}")
            self.on_failure()
        self.missing += 1
        if self.fallback is not None:
            self.fallback.handle(record)
