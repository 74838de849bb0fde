"""A site of hostile payloads: it builds, no page is damaged, and no script of theirs runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from finews_crawler.sources.finews_site.post_page import parse_post_page
from tests.support.attack_archive import Attacked
from tests.support.browser import PHONE, Reader
from tests.support.jekyll_site import NEEDS_JEKYLL, serving
from tests.support.scrapy_command import Scrapy

pytestmark = NEEDS_JEKYLL
# Active content other than the theme's own scripts.
INJECTED = """() => {
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on')) found.push(`${element.tagName} ${name}`);
      if (['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(name)
          && /^[\\s\\x00-\\x20]*(javascript|vbscript|data:text)/i.test(value)) found.push(`${element.tagName} ${name}`);
    }
  }
  for (const script of document.scripts)
    if (new URL(script.src || 'x:').origin !== location.origin) found.push('script');
  for (const name of ['iframe', 'object', 'embed', 'form:not([role=search])', 'base', 'link[rel~=import]'])
    for (const element of document.querySelectorAll(`section ${name}`)) found.push(element.tagName);
  return found;
}"""
PROVOKE = """() => {
  for (const element of document.querySelectorAll('section *')) {
    for (const type of ['mouseover', 'mouseenter', 'focus', 'error', 'load', 'toggle', 'animationstart', 'pointerdown'])
      element.dispatchEvent(new Event(type, { bubbles: true }));
  }
}"""
# The footer is visible and clickable: the body neither covers nor contains it.
FOOTER = """() => {
  const links = [...document.querySelectorAll('section > p > a, section > * > p > a')].filter(
    (link) => link.textContent === '返回首页' && link.parentElement.textContent.startsWith('返回'));
  const link = links.at(-1);
  if (!link) return 'no footer';
  link.scrollIntoView({ block: 'center' });
  const box = link.getClientRects()[0];
  if (!box || !box.width || !box.height) return 'the footer is not seen';
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top === link ? '' : `<${top && top.tagName}> lies over the footer`;
}"""


@pytest.fixture(scope="module")
def built(attacked: Attacked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("built") / "data"
    shutil.copytree(attacked.data, data)
    run = Scrapy.into_folder(data)("site", "build")
    assert run.status == 0, run.log
    return data / "_site"


@pytest.fixture(scope="module")
def url(built: Path) -> Iterator[str]:
    with serving(built) as url:
        yield url


def pages_of(attacked: Attacked, built: Path) -> dict[str, str]:
    """The path of each article's page, by its infoCode."""
    stems = {code if article.media_name else code[2:]: code for code, article in attacked.articles.items()}
    folder = built.resolve()
    found = {stems[path.stem]: path.relative_to(folder).as_posix() for path in folder.rglob("20*/*/*/*.html")}
    assert found.keys() == attacked.articles.keys()
    return found


def test_each_attack_is_published_under_its_date_and_parsed_back(attacked: Attacked, built: Path) -> None:
    for code, path in pages_of(attacked, built).items():
        article = attacked.articles[code]
        assert article.published_at
        assert path.split("/")[-4:-1] == f"{article.published_at:%Y/%m/%d}".split("/")
        read = parse_post_page(f"http://127.0.0.1/{path}", (built / path).read_bytes()).article
        assert read, path
        assert (read.info_code, read.title, read.published_at) == (code, article.title, article.published_at)
        assert read.media_name == article.media_name


def test_no_attack_runs_in_a_browser_and_each_footer_is_clickable(
    attacked: Attacked, built: Path, url: str, browser: Browser
) -> None:
    """Disable the pages' Content-Security-Policy, which would stop what cleaning has missed."""
    wrong: dict[str, object] = {}
    with Reader.opening(browser, viewport=PHONE, bypass_csp=True) as reader:
        for code, path in pages_of(attacked, built).items():
            reader.goto(f"{url}/{quote(path)}")
            reader.page.evaluate(PROVOKE)
            found = [*reader.page.evaluate(INJECTED), reader.page.evaluate(FOOTER), *reader.complaints]
            if reader.overflow() > 0:
                found.append(f"scrolls sideways by {reader.overflow()} pixels")
            if any(found):
                wrong[f"{code} {path}"] = found
            reader.complaints.clear()
        assert {what for what, _, _ in reader.foreign} <= {"image"}
    assert wrong == {}


def test_no_attack_runs_on_a_list_of_titles(built: Path, url: str, browser: Browser) -> None:
    folder = built.resolve()
    pages = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html") if "20" not in path.parent.name]
    lists = [path for path in pages if path.startswith(("category/", "emnews/", "ticker/", "2022/")) or "/" not in path]
    assert len(lists) > 10
    wrong: dict[str, object] = {}
    for has_policy in (True, False):
        with Reader.opening(browser, bypass_csp=not has_policy) as reader:
            for path in lists:
                reader.goto(f"{url}/{quote(path)}")
                found = [*reader.page.evaluate(INJECTED), *reader.complaints]
                if found:
                    wrong[path] = found
                reader.complaints.clear()
    assert wrong == {}
