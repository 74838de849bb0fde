"""Screenshots of the site, at a desk and on a phone, in light and dark: none of these pages has an error."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.slow.test_pages import assert_quiet, first_post
from tests.support.browser import PHONE, Reader
from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
SCREENS = {
    "home": "/",
    "category": "/category/zhengquanshibao.html",
    "media": "/media.html",
    "search": "/search.html?q=%E5%85%AC%E5%8F%B8",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desk", "phone"])
def test_screenshots(browser: Browser, built_site: Any, scheme: str, device: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    options = {"viewport": PHONE, "device_scale_factor": 2} if device == "phone" else {}
    with Reader.opening(browser, color_scheme=scheme, **options) as reader:
        post = urlsplit(first_post(reader, built_site.url)).path
        for name, path in {**SCREENS, "post": post}.items():
            reader.goto(built_site.url + path)
            reader.page.wait_for_load_state("networkidle")
            file = SCREENSHOTS / f"{name}-{device}-{scheme}.png"
            reader.page.screenshot(path=file)
            assert file.stat().st_size > 10_000
        assert_quiet(reader)
