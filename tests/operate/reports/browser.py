"""The browser of the site's tests, for reports."""

from __future__ import annotations

from tests.support.browser import DESK, PHONE, Reader, start_browser

__all__ = ["DESK", "PHONE", "Reader", "start_browser"]
