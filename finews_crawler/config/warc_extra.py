"""warcio is an extra: whoever neither records nor replays needs none."""

from __future__ import annotations

from importlib.util import find_spec


def check_extra() -> None:
    """Raise ImportError, with what to do, where warcio is not installed."""
    if find_spec("warcio") is None:
        raise ImportError("warcio is not installed: pip install 'finews_crawler[warc]'")
