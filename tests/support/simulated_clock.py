"""A clock that begins where the environment says: for tests in which months pass.

What the tests start reads it, by ``sitecustomize.py`` or ``fork_server.py``; the project itself knows nothing of it.
"""

from __future__ import annotations

import os
from datetime import datetime

BEGIN = "FINEWS_TESTS_CLOCK"
"""A moment with its offset."""


def set_clock() -> None:
    """Set the project's clock of this process, where the environment names a moment; it goes on from there."""
    if BEGIN in os.environ:
        from finews_crawler.testing.origin.dataset import clock_from
        from finews_crawler.utils import clock

        going_on = clock_from(datetime.fromisoformat(os.environ[BEGIN]))
        clock.now = lambda: going_on().replace(microsecond=0)
