"""Replayed pages in Chromium, compared with the same pages at the origin."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Frame, Page

from finews_crawler.testing.origin.server import running_origin
from tests.interop.cells import Outcome, right, wrong
from tests.interop.environments import folder, program
from tests.interop.recordings import COUNT, FAULTS, SEED, recorded
from tests.support.browser import Reader, start_browser

PAGES = 6
MILLISECONDS = 60_000


def compare_pages(open_page: Callable[[Page, str], Frame], name: str) -> Outcome:
    """Compare title, text and picture of recorded articles with what the origin shows.

    *open_page* opens a recorded URL in a page and returns the frame with the replayed one. Pictures of *name* are kept
    in the folder of the environments.
    """
    pages = recorded().pages[:PAGES]
    program("chromium", "chromium")
    with running_origin(COUNT, SEED, faults=FAULTS) as origin, start_browser() as browser:
        for number, url in enumerate(pages):
            with Reader.opening(browser, answer_images=False) as reader:
                reader.goto(origin.url + urlsplit(url).path)
                sent = seen(reader.page.main_frame, f"{name}-{number}-sent.png")
            with Reader.opening(browser, answer_images=False) as reader:
                replayed = seen(open_page(reader.page, url), f"{name}-{number}.png")
            if reader.foreign:
                return wrong(f"{url} requested {reader.foreign[0][1]}")
            for part, ours, theirs in zip(("title", "text", "picture"), sent, replayed, strict=True):
                if ours != theirs:
                    return wrong(f"{part} of {url} differs: {theirs[:80]!r} instead of {ours[:80]!r}")
    return right(
        f"{len(pages)} articles in Chromium: title, text and picture as at the origin, no request but loopback"
    )


def seen(frame: Frame, name: str) -> tuple[str, str, bytes]:
    """Return what a person sees of a frame: its title, its text, and its body as a picture."""
    text: str = frame.evaluate("document.body.innerText")
    picture = frame.locator("body").screenshot(path=folder() / name, timeout=MILLISECONDS)
    return frame.title(), text, picture


def frame_at(page: Page, part: str, longest: int = MILLISECONDS) -> Frame:
    """Return the frame whose URL has *part*, once it is loaded. Raises LookupError after *longest* milliseconds."""
    for _ in range(longest // 200):
        for frame in page.frames:
            if part in frame.url:
                frame.wait_for_load_state("load", timeout=MILLISECONDS)
                return frame
        page.wait_for_timeout(200)
    raise LookupError(f"no frame has {part}, only {[frame.url for frame in page.frames]}")
