"""The public address of the site, by its configuration and the archive's URL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finews_crawler.site.address import SiteAddress, read_address
from finews_crawler.site.theme_install import THEME

ROOT = SiteAddress("https://a.example")
PROJECT = SiteAddress("https://a.example", "/news")


@pytest.mark.parametrize(
    ("configuration", "archive_url", "expected"),
    [
        (None, "//a.example", ROOT),
        ("title: 金融消息", "https://a.example/", ROOT),
        ("", "//a.example/news/", PROJECT),
        ("baseurl: /news", "//a.example", PROJECT),
        ("baseurl: news/", "//a.example", PROJECT),
        ("baseurl: 2022", "//a.example", SiteAddress("https://a.example", "/2022")),
        ("baseurl: ''", "//a.example/news", ROOT),
        ("baseurl: /", "//a.example/news", ROOT),
        ("url: https://a.example/news", "//other.example", PROJECT),
        ("url: https://a.example/news\nbaseurl: /news", "//other.example", PROJECT),
        ("url: http://a.example:8000", "//b.example/x", SiteAddress("http://a.example:8000")),
        ("not: [valid", "//a.example/news", PROJECT),
        ("- a list", "//a.example", ROOT),
    ],
)
def test_the_address_is_by_configuration_then_by_archive_url(
    tmp_path: Path, configuration: str | None, archive_url: str, expected: SiteAddress
) -> None:
    if configuration is not None:
        (tmp_path / "_config.yml").write_text(configuration, "utf-8")
    assert read_address(tmp_path, archive_url) == expected


@pytest.mark.parametrize("template", sorted(THEME.rglob("*.html")), ids=lambda path: path.name)
def test_links_of_the_theme_begin_with_the_base_path(template: Path) -> None:
    text = template.read_text("utf-8")
    links = re.findall(r'\b(?:href|src|action|data-from)="(.{0,11})', text)
    # Absolute addresses are a redirect's canonical one, and upstream's page with the quotes of a ticker.
    absolute = ("{{ page.tar", "{{ page.url", "{{ page.quo", "{{ ticker.q")
    assert {link for link in links if not link.startswith(("{{ base }}", "#", *absolute))} == set()
    assert "{{ base }}" not in text or "include base.html" in text
