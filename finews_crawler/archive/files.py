"""Writing files so that a reader, or a crash, never meets half of one."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from finews_crawler import clock

TEMPORARY_SUFFIX = ".part"
NEW_FILE_MODE = 0o666
SECONDS_A_WRITE_NEVER_TAKES = 3600


def write_whole(path: Path, content: bytes) -> bool:
    """Make *path* hold *content*, in one step, on disk when this returns; False when it already did."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Hidden, and no .md: neither Jekyll nor a reader of the folder takes it for a post. Of a name of its own: two
    # crawls may write the same post at the same time.
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor has no path)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(NEW_FILE_MODE & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def _umask() -> int:
    """The mask that new files are under; mkstemp makes them for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on disk: without this a renamed file can be lost with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed runs left; those of a run under way are younger."""
    for path in folder.glob(f".*{TEMPORARY_SUFFIX}"):
        if clock.now().timestamp() - path.stat().st_mtime > SECONDS_A_WRITE_NEVER_TAKES:
            path.unlink(missing_ok=True)


def append_line(path: Path, line: bytes) -> None:
    """Add one line to *path*, on disk when this returns; a disk that fills up leaves the file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as file:
        size = file.tell()
        try:
            _write_all(file, line + b"\n")
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise


def _write_all(file: io.FileIO, content: bytes) -> None:
    """Write to an unbuffered file, which may take a part only: the rest raises what is the matter."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
