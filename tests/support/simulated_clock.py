"""A clock that starts at a time given in the environment, for tests that simulate months.

What the tests start reads it, by ``sitecustomize.py`` or ``fork_server.py``; the project itself knows nothing of it.
"""

from __future__ import annotations

import os
from datetime import datetime

BEGIN = "CRAWLER_TESTS_CLOCK"
"""A timestamp with offset."""


def set_clock() -> None:
    """Set this process's clock to the time in the environment, if any; it advances from there."""
    if BEGIN in os.environ:
        from finews_crawler.testing.origin.dataset import clock_from
        from finews_crawler.utils import clock

        going_on = clock_from(datetime.fromisoformat(os.environ[BEGIN]))
        clock.now = lambda: going_on().replace(microsecond=0)
