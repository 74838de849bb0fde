"""No kind of page breaks a rule of WCAG 2.2 (A and AA) or of good practice that axe-core can check."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support.accessibility import violations
from tests.support.browser import DESK, PHONE, Reader
from tests.support.page_kinds import PageKinds

REFRESH = re.compile(r'<meta http-equiv="refresh"[^>]*>')
# What upstream writes is published as it is. These are faults of the body of the post that the test reads: none today.
EXCLUDED: list[str] = []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_breaks_a_rule(browser: Browser, page_kinds: PageKinds, viewport: dict[str, int], scheme: str) -> None:
    def stay(route: Route) -> None:
        """Respond with the redirect, without what leads away from it before it can be checked."""
        html = (page_kinds.folder / page_kinds.paths["redirect"]).read_text("utf-8")
        assert REFRESH.search(html)
        route.fulfill(content_type="text/html", body=REFRESH.sub("", html))

    found = {}
    with Reader.opening(browser, viewport=viewport, color_scheme=scheme) as reader:
        reader.page.route(page_kinds.url + page_kinds.paths["redirect"], stay)
        for kind, path in page_kinds.paths.items():
            reader.goto(page_kinds.url + path)
            if kind in ("found", "nothing found"):
                expect(reader.page.locator("#status")).to_contain_text(re.compile("找到约|结果|例子"))
            found[kind] = violations(reader.page, EXCLUDED)
    assert {kind: faults for kind, faults in found.items() if faults} == {}
    assert len(found) == 19


FAULTY = """<img src="/assets/icon.svg"><p style="color: #ccc; background: #fff">看不清的一行文字</p>
<p><button class="small">甲</button><button class="small">乙</button></p>
<style>.small { width: 9px; height: 9px; min-height: 0; padding: 0; }</style>"""


def test_axe_finds_faults(reader: Reader, page_kinds: PageKinds) -> None:
    reader.goto(page_kinds.url)
    reader.page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", FAULTY)
    assert {rule for rule, *_ in violations(reader.page)} == {"image-alt", "color-contrast", "target-size"}
