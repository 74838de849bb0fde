"""Rules of accessibility, by axe-core, as the package axe-playwright-python carries it."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, excluded]) => {
    const context = { exclude: excluded };
    const { violations, passes } = await axe.run(context, { runOnly: { type: "tag", values: tags } });
    if (passes.length < 10) throw new Error("too few rules apply");
    const whyOf = ({ any, all, none }) => [...any, ...all, ...none].map(({ message }) => message).join("; ");
    return violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => [id, node.target.join(" "), node.html.slice(0, 160), whyOf(node)]));
}"""


@lru_cache
def axe() -> str:
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    except ModuleNotFoundError:
        pytest.skip("axe-playwright-python is not installed: make test")


def violations(page: Page, excluded: list[str] | None = None) -> list[Any]:
    """Return the violations of a page: rule, selector and mark-up of the element, and what is wrong with it.

    *excluded*: selectors of elements that are not checked.
    """
    page.evaluate(axe())  # by the debugger, which the page's security policy does not stop
    found: list[Any] = page.evaluate(RUN, [TAGS, excluded or []])
    return found
