"""Screenshots of every kind of page, at a desk and on a phone, in light and dark: none of them has an error."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.slow.test_pages import assert_quiet
from tests.support.browser import DESK, PHONE, Reader
from tests.support.page_kinds import PageKinds
from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_screenshots(browser: Browser, page_kinds: PageKinds, scheme: str, device: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    options = {"viewport": PHONE, "device_scale_factor": 2} if device == "phone" else {"viewport": DESK}
    with Reader.opening(browser, color_scheme=scheme, **options) as reader:
        for kind, path in page_kinds.paths.items():
            if kind == "redirect":  # leads away from itself
                continue
            reader.goto(page_kinds.url + path)
            reader.page.wait_for_load_state("networkidle")
            if kind in ("found", "nothing found"):
                expect(reader.page.locator("#status")).not_to_be_empty()
            assert reader.overflow() <= 0, kind
            file = SCREENSHOTS / f"{kind.replace(' ', '-')}-{device}-{scheme}.png"
            reader.page.screenshot(path=file)
            assert file.stat().st_size > 10_000, kind
        reader.complaints = [line for line in reader.complaints if "404" not in line]  # of the page that is missing
        assert_quiet(reader)
