"""What the settings FINEWS_WARC_DIR and FINEWS_REPLAY name, looked at before the first request."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from finews_crawler.exceptions import ReplayError
from finews_crawler.warc.replay.files import check_files


def check_extra() -> None:
    """Raise ImportError, with what to do, where warcio is not installed."""
    if find_spec("warcio") is None:
        raise ImportError("warcio is not installed: pip install 'finews_crawler[warc]'")


def check_writable(folder: Path) -> None:
    """Raise OSError, with what to do, when no file could be written in *folder*. Nothing is created."""
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not existing.is_dir():
        raise NotADirectoryError(f"{existing} is not a folder: name another")
    if not os.access(existing, os.W_OK | os.X_OK):
        raise PermissionError(f"no permission to write in {existing}: give it, or name another folder")


def check_recording(folder: str) -> None:
    """Raise ValueError when FINEWS_WARC_DIR is set, and nothing could be recorded there."""
    if not folder:
        return
    try:
        check_extra()
        check_writable(Path(folder))
    except (ImportError, OSError) as error:
        raise ValueError(f"FINEWS_WARC_DIR={folder!r}: {error}") from error


def check_replay(sources: str) -> None:
    """Raise ValueError when FINEWS_REPLAY is set, and names what cannot be replayed."""
    if not sources:
        return
    try:
        check_extra()
        check_files(sources)
    except (ImportError, ReplayError) as error:
        raise ValueError(f"FINEWS_REPLAY={sources!r}: {error}") from error
