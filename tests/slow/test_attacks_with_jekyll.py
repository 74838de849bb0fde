"""All attack bodies, and today's, as posts of one site: Jekyll builds it, and every post keeps its two links."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from lxml import html as lxml_html

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.kramdown import render_body
from finews_crawler.content.markdown import escape_autolink_url, escape_inline, escape_link_url
from finews_crawler.content.slug import slug
from tests.content.body.attack_bodies import NAMES, attack, attack_bodies
from tests.support.today_bodies import TODAY

JEKYLL = shutil.which("jekyll")
pytestmark = pytest.mark.skipif(JEKYLL is None, reason="needs jekyll 4")

CONFIG = "title: x\npermalink: /:title.html\nfuture: true\nmarkdown: kramdown\n"
LAYOUT = "<html><body><section>\n{{ content }}\n</section><aside>{{ page.excerpt }}</aside></body></html>\n"
FRONT_MATTER = "---\nlayout: post\ntitle: x\ndate: 2022-06-01 09:30:00 +0800\n---\n"
PARSER = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
HOME = "//finews.withounder.com/"


def share_url(index: int) -> str:
    return f"http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW20220601{index:010d}"


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def post(index: int, body: str, medium: str, digest: str) -> str:
    """Return a post in the archive's format, with a cleaned body and everything else escaped."""
    url = f"{HOME}category/{slug(medium)}.html"
    quote = f"> {escape_inline(digest)}\n\n" if escape_inline(digest) else ""
    return (
        f"{FRONT_MATTER}{quote}{body}\n\n<{escape_autolink_url(share_url(index))}>\n\n"
        f"[返回{escape_inline(medium)}新闻]({escape_link_url(url)})｜[返回首页]({HOME})"
    )


@cache
def cases() -> list[tuple[str, str, str, str]]:
    """Return name, cleaned body, outlet and digest of each; the title, equally hostile, replaces a missing digest."""
    found = []
    for name in NAMES:
        payload = attack(name)
        medium, digest = text_of(payload.get("from")), text_of(payload.get("digest") or payload.get("title"))
        found += [(name, clean_body(body).html, medium, digest) for body in attack_bodies(name)]
    return found + [(name, clean_body(body).html, "江城晨报", "") for name, body in TODAY.items()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the built site."""
    source = tmp_path_factory.mktemp("site")
    (source / "_posts").mkdir()
    (source / "_layouts").mkdir()
    (source / "_config.yml").write_text(CONFIG, encoding="utf-8")
    (source / "_layouts" / "post.html").write_text(LAYOUT, encoding="utf-8")
    for index, (_, body, medium, digest) in enumerate(cases()):
        path = source / "_posts" / f"2022-06-01-{index:04d}.md"
        path.write_bytes(post(index, body, medium, digest).encode())
    destination = tmp_path_factory.mktemp("built")
    command = [str(JEKYLL), "build", "--strict_front_matter", "--trace", "-s", str(source), "-d", str(destination)]
    environment = os.environ | {"JEKYLL_ENV": "production", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=source, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Liquid Warning" not in result.stdout + result.stderr
    return destination


def test_every_attack_has_a_page(built: Path) -> None:
    assert len(list(built.glob("[0-9]*.html"))) == len(cases())


def test_every_page_ends_with_share_link_and_footer(built: Path) -> None:
    for index, (name, body, medium, _) in enumerate(cases()):
        page = (built / f"{index:04d}.html").read_text(encoding="utf-8")
        share = re.escape(share_url(index))
        links = re.compile(
            rf'<p><a href="{share}">{share}</a></p>\n\n'
            rf'<p><a href="{HOME}category/[^"<>]*\.html">返回[^<>]*新闻</a>｜<a href="{HOME}">返回首页</a></p>\n*\Z'
        )
        content = page.partition("<section>\n")[2].partition("\n</section><aside>")[0]
        assert links.search(content), (name, medium, content[-500:])
        assert links.sub("", content).endswith(f"{render_body(body)}\n" if body else ""), name


def test_share_link_and_footer_are_outside_of_the_body(built: Path) -> None:
    for index, (name, *_) in enumerate(cases()):
        page = lxml_html.fromstring((built / f"{index:04d}.html").read_bytes(), parser=PARSER)
        (section,) = page.xpath("/html/body/section")
        share, footer = section[-2:]
        assert [element.tag for element in share.iter()] == ["p", "a"], name
        assert [element.tag for element in footer.iter()] == ["p", "a", "a"], name
        assert share[0].get("href") == share_url(index), name
