"""A host's slot is held back for as long as was said, also where Scrapy would have dropped it meanwhile."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from scrapy.core.downloader import Downloader, Slot
from scrapy.utils.test import get_crawler

from finews_crawler.politeness import downloader_slots as slots

GIVEN_UP_AFTER = 60
"""Seconds for which a slot has been empty when Scrapy drops it."""


@pytest.mark.parametrize(("waited_already", "is_kept"), [(0, True), (70, True), (199, True), (261, False)])
def test_an_empty_slot_is_kept_while_it_is_held_back(
    monkeypatch: pytest.MonkeyPatch, waited_already: float, is_kept: bool
) -> None:
    now = 1000.0
    monkeypatch.setattr(slots, "call_later", Mock())  # there is no loop here
    monkeypatch.setattr(slots, "monotonic", lambda: now)
    monkeypatch.setattr("scrapy.core.downloader.monotonic", lambda: now + waited_already)
    downloader = Downloader(get_crawler())
    slot = downloader.slots["held-back.test"] = Slot(concurrency=2, delay=0.5, jitter=0)
    slots.pause_slot(downloader, slot, 200)
    downloader._slot_gc(GIVEN_UP_AFTER)
    assert ("held-back.test" in downloader.slots) == is_kept
