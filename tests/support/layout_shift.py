"""Layout shift of a page while it loads, as browsers measure it: https://web.dev/articles/cls."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page

OBSERVE = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries()) {
            const moved = sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 80));
            if (!hadRecentInput) window.shifts.push([value, moved]);
        }
    }).observe({ type: "layout-shift", buffered: true });
}"""


def observe(context: BrowserContext) -> None:
    """Record the shifts of all pages that the context opens from now on."""
    context.add_init_script(f"({OBSERVE})()")


def shifts(page: Page) -> list[tuple[float, list[str]]]:
    """Return the shifts since the page was opened, each with the elements that moved."""
    page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))")
    found: list[tuple[float, list[str]]] = page.evaluate("window.shifts")
    return found
