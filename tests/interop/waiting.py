"""Waiting for servers that checks start."""

from __future__ import annotations

import time
import urllib.error
import urllib.request

SECONDS_TO_START = 60


def wait_for(url: str) -> None:
    """Wait until something answers at *url*, with whatever status. Raises TimeoutError."""
    for _ in range(SECONDS_TO_START * 5):
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"{url} does not answer")
