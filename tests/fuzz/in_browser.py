"""Cleaned bodies in Chromium: none of their content runs, whatever event their elements receive."""

from __future__ import annotations

from collections.abc import Iterable

from tests.slow.test_attack_site import INJECTED, PROVOKE
from tests.support.browser import Reader, start_browser

# Not in a link, which would navigate away.
CLICK = """() => {
  for (const element of document.querySelectorAll('section *')) if (!element.closest('a')) element.click?.();
}"""


def what_runs(bodies: Iterable[str]) -> dict[str, list[str]]:
    """For each harmful body: dialogs, script errors, event handlers and forbidden elements."""
    found: dict[str, list[str]] = {}
    with start_browser() as browser, Reader.opening(browser) as reader:
        for body in dict.fromkeys(bodies):
            reader.page.set_content(f"<!doctype html><html><body><section>{body}</section></body></html>")
            for provoked in (PROVOKE, CLICK):
                reader.page.evaluate(provoked)
            # A picture at an address that is no host's is not shown, and harmless.
            complaints = [text for text in reader.complaints if "ERR_NAME_NOT_RESOLVED" not in text]
            told = [*reader.page.evaluate(INJECTED), *complaints]
            told += [f"asked for {kind} {url}" for kind, url, _ in reader.foreign if kind != "image"]
            if told:
                found[body] = told
            reader.complaints.clear()
            reader.foreign.clear()
    return found
