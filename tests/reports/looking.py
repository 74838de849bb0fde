"""The browser of the site's tests, for reports."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "site"))

from browsing import DESK, PHONE, Reader, start_browser

__all__ = ["DESK", "PHONE", "Reader", "start_browser"]
