"""What the settings FINEWS_WARC_DIR and FINEWS_REPLAY name, looked at before the first request."""

from __future__ import annotations

from pathlib import Path

from finews_crawler.config.warc_extra import check_extra
from finews_crawler.config.warc_folder import check_writable
from finews_crawler.warc.replay.files import NotReplayable, check_files


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
    except (ImportError, NotReplayable) as error:
        raise ValueError(f"FINEWS_REPLAY={sources!r}: {error}") from error
