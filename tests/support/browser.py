"""Headless Chromium, driven by Playwright, which records errors and requests to other hosts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
MILLISECONDS_TO_SHOW = 60_000
# The response for an image of another host: a wide chart, or one of the size that the URL names.
IMAGE = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 1156 552">
<rect width="1156" height="552" fill="#fff"/><path d="M0 138h1156M0 276h1156M0 414h1156" stroke="#ddd"/>
<path d="M20 420 180 350 340 390 500 250 660 300 820 170 980 220 1136 90" fill="none" stroke="#b33" stroke-width="6"/>
</svg>"""


SIZE = re.compile(r"_w(\d+)h(\d+)\.")


def image(url: str) -> str:
    named = SIZE.search(url)
    width, height = named.groups() if named else ("1156", "552")
    return IMAGE.format(width=width, height=height)


@contextmanager
def start_browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium is not installed: apt-get install chromium, or make test")
    # Only loopback can be resolved, so no request of a page leaves the machine.
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    # What a page shall show in the end, it may show late on a busy machine: the default is 5 s.
    expect.set_options(timeout=MILLISECONDS_TO_SHOW)
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container lacks; the pages are our own.
        browser = playwright.chromium.launch(executable_path=program, args=[nowhere, "--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Reader:
    """A page of the browser, with its errors and foreign requests."""

    context: BrowserContext
    page: Page
    answer_images: bool = True
    complaints: list[str] = field(default_factory=list)
    """Errors in the console, of scripts, and dialogs."""
    foreign: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Requests to other hosts: resource type, URL and referrer."""

    @classmethod
    @contextmanager
    def opening(cls, browser: Browser, *, answer_images: bool = True, **options: Any) -> Iterator[Reader]:
        context = browser.new_context(**{"viewport": DESK, "locale": "zh-CN", **options})
        context.set_default_timeout(MILLISECONDS_TO_SHOW)
        reader = cls(context, context.new_page(), answer_images)
        reader.watch()
        try:
            yield reader
        finally:
            context.close()

    def watch(self) -> None:
        def say(message: Any) -> None:
            if message.type == "error":
                self.complaints.append(f"console: {message.text} ({message.location.get('url')})")

        def refuse(dialog: Any) -> None:
            self.complaints.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        self.page.on("console", say)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("dialog", refuse)
        self.context.route(lambda url: urlsplit(url).hostname != "127.0.0.1", self.stop)

    def stop(self, route: Route) -> None:
        """Block requests to other hosts; respond to those for images."""
        request = route.request
        self.foreign.append((request.resource_type, request.url, request.headers.get("referer")))
        if request.resource_type == "image" and self.answer_images:
            route.fulfill(status=200, content_type="image/svg+xml", body=image(request.url))
        else:
            route.abort()

    def goto(self, url: str) -> None:
        self.page.goto(url, wait_until="load")

    def overflow(self) -> int:
        """Return the number of pixels by which the page can be scrolled sideways."""
        width: int = self.page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth")
        return width
