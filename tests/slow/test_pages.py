"""The site as a person reads it: a crawled archive in a real browser."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import PHONE, Reader
from tests.support.sites import links

NEWS_ITEM = "main .news > li > a"


def first_post(reader: Reader, url: str) -> str:
    """The address of a post that names a ticker."""
    reader.goto(f"{url}/")
    posts = reader.page.eval_on_selector_all(NEWS_ITEM, "links => links.map(link => link.href)")
    for post in posts:
        reader.goto(post)
        if reader.page.locator('a[href^="/ticker/"]').count():
            return str(post)
    raise AssertionError("no post on the home page names a ticker")


def assert_quiet(reader: Reader) -> None:
    """Assert that there was no error, and no request to other hosts but for images, without a referrer."""
    assert reader.complaints == []
    assert {what for what, _, _ in reader.foreign} <= {"image"}
    assert {referrer for _, _, referrer in reader.foreign} <= {None}


def test_links_lead_from_home_to_a_post_and_back(reader: Reader, built_site: Any) -> None:
    page = reader.page
    reader.goto(f"{built_site.url}/")
    outlet = page.locator(".busy a").first
    medium = str(outlet.inner_text()).rpartition(" ")[0]
    outlet.click()
    expect(page.locator("main h1")).to_have_text(medium)
    page.wait_for_load_state()
    tag = page.locator("main h1").get_attribute("id")
    category = urlsplit(page.url).path
    title = page.locator(NEWS_ITEM).first.inner_text()
    page.locator(NEWS_ITEM).first.click()
    expect(page.locator("section h1")).to_have_text(title)
    expect(page.locator(".meta")).to_have_text(re.compile(rf"{medium} 2022-05-2\d \d\d:\d\d"))
    page.get_by_role("link", name=f"返回{tag}").click()
    page.wait_for_url(lambda url: unquote(urlsplit(url).path) == unquote(category))
    page.go_back()
    page.get_by_role("link", name="返回首页").click()
    page.wait_for_url(f"{built_site.url}/")
    assert_quiet(reader)


def test_each_category_lists_its_posts_and_the_counts_are_right(built_site: Any) -> None:
    with closing(sqlite3.connect(built_site.scrapy.data / "index.sqlite")) as index:
        archived = dict(index.execute("SELECT slug, COUNT(*) FROM article GROUP BY slug").fetchall())
    media = (built_site.folder / "media.html").read_text("utf-8")
    paths = [unquote(link)[1:] for link in links(media)]
    pages = [built_site.folder / path / ("index.html" if path.endswith("/") else "") for path in paths]
    assert len(pages) == len(archived)
    assert sum(len(links(page.read_text("utf-8"))) for page in pages) == sum(archived.values())


def test_search_finds_a_post_by_a_word_of_its_title(reader: Reader, built_site: Any) -> None:
    page = reader.page
    reader.goto(first_post(reader, built_site.url))
    title, address = page.locator("section h1").inner_text(), urlsplit(page.url).path
    word = re.findall(r"[\u4e00-\u9fff]{4,}", title)[0][:4]
    reader.goto(f"{built_site.url}/search.html")
    page.get_by_role("searchbox").fill(word)
    result = page.locator(f'a[href="{address}"]')
    # A common word has many results: the one looked for may be further down.
    for _ in range(200):
        page.wait_for_timeout(150)
        if result.count():
            break
        more = page.get_by_role("button")
        if more.count() and more.last.is_visible():
            more.last.click()
    expect(result.first).to_have_text(title)
    assert_quiet(reader)


def test_a_ticker_link_leads_to_a_page_that_lists_the_article(reader: Reader, built_site: Any) -> None:
    page = reader.page
    reader.goto(first_post(reader, built_site.url))
    title = page.locator("section h1").inner_text()
    chip = page.locator('a[href^="/ticker/"]').first
    symbol = str(chip.get_attribute("href")).removeprefix("/ticker/").removesuffix(".html")
    chip.click()
    expect(page.locator("main")).to_contain_text(symbol)
    expect(page.locator(NEWS_ITEM).filter(has_text=title).first).to_be_visible()
    assert_quiet(reader)


def test_pages_of_days_months_outlets_and_the_404_page(reader: Reader, built_site: Any) -> None:
    page = reader.page
    reader.goto(f"{built_site.url}/archive.html")
    page.locator('main a[href="/2022/05.html"]').click()
    page.locator('main a[href="/2022/05/26.html"]').click()
    page.wait_for_url("**/2022/05/26.html")
    assert page.locator(NEWS_ITEM).count() > 100
    reader.goto(f"{built_site.url}/media.html")
    assert page.locator('main a[href^="/category/"]').count() > 20
    assert_quiet(reader)
    reader.goto(f"{built_site.url}/nothing.html")
    expect(page.locator("main")).to_be_visible()
    # Of a pair that differs in case only, the second has moved: its old address leads there.
    reader.goto(f"{built_site.url}/category/Techweb.html")
    page.wait_for_url("**/category/!techweb/")
    expect(page.locator("h1[id]")).to_have_text("Techweb")


def luminance(reader: Reader, selector: str, what: str) -> float:
    colour = reader.page.locator(selector).first.evaluate(f"element => getComputedStyle(element).{what}")
    red, green, blue = (int(value) / 255 for value in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_tickers_in_a_text_are_underlined(reader: Reader, built_site: Any) -> None:
    """WCAG 2.2, technique F73: colour alone does not distinguish a link from the text around it."""
    folder = built_site.folder.resolve()
    with_ticker = next(path for path in sorted(folder.rglob("2*.html")) if b'class="keytip"' in path.read_bytes())
    reader.goto(f"{built_site.url}/{with_ticker.relative_to(folder).as_posix()}")
    for link in reader.page.locator(".post a.keytip").all():
        expect(link).to_have_css("text-decoration-line", "underline")


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_the_theme_has_light_and_dark_colours(browser: Browser, built_site: Any, scheme: str, is_dark: bool) -> None:
    with Reader.opening(browser, color_scheme=scheme) as reader:
        for path in ("/", "/media.html", "/search.html"):
            reader.goto(built_site.url + path)
            background, text = (luminance(reader, "body", what) for what in ("backgroundColor", "color"))
            assert (background < 0.2) == is_dark
            assert abs(background - text) > 0.5
        assert_quiet(reader)


def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, built_site: Any) -> None:
    with Reader.opening(browser, viewport=PHONE) as reader:
        reader.goto(f"{built_site.url}/")
        posts = reader.page.eval_on_selector_all(NEWS_ITEM, "links => links.map(link => link.href)")
        lists = ("", "media.html", "archive.html", "search.html", "2022/05.html", "2022/05/26.html", "emnews/")
        for url in [*(f"{built_site.url}/{name}" for name in lists), *posts[::12]]:
            reader.goto(url)
            assert reader.overflow() <= 0, url
        assert_quiet(reader)


def test_images_that_fail_to_load_are_hidden(browser: Browser, built_site: Any) -> None:
    folder = built_site.folder.resolve()
    with_image = next(path for path in sorted(folder.rglob("NW*.html")) if "<img" in path.read_text("utf-8"))
    with Reader.opening(browser, answer_images=False) as reader:
        reader.goto(f"{built_site.url}/{with_image.relative_to(folder).as_posix()}")
        reader.page.mouse.wheel(0, 5000)
        images = reader.page.locator("section img")
        for number in range(images.count()):
            expect(images.nth(number)).to_be_hidden()
        assert images.count() > 0
        assert [what for what, _, _ in reader.foreign] == ["image"] * len(reader.foreign) != []
