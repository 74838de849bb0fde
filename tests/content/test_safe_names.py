"""Names of files and folders made of upstream's text: valid on every system, and unchanged if they already are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.safe_names import MAX_BYTES, fold, names_root_file, safe_name
from finews_crawler.site.theme_install import theme_files

RESERVED = ["robots.txt", "index.html", "nul", "con", "com1", "lpt¹", "conin$", "cname", "..", ".", " ", "\u200b", "İ"]
ANY = st.text(st.characters(), max_size=80)
NAMES = ANY | st.lists(st.sampled_from(RESERVED) | ANY, max_size=4).map("".join) | st.text("İȺaé. /", max_size=300)
DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)( *\..*)?", re.DOTALL)


@given(NAMES)
def test_a_safe_name_is_a_file_name_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert name
    assert not set(name) & set('/\\<>:"|?*%#\x00\r\n')
    assert ".." not in name
    assert not name.startswith((".", "_", "~"))
    assert not name.endswith((".", " "))
    assert not DEVICE.fullmatch(name)
    assert not DEVICE.fullmatch(f"{name}.html")
    assert name.encode()  # no lone surrogates


@given(NAMES)
def test_a_safe_name_fits_a_folder_in_lower_case_and_a_page(text: str) -> None:
    name = safe_name(text)
    assert len(name.lower().encode()) <= 255
    assert len(f"{name}.html".encode()) <= MAX_BYTES + 1 + len(".html")


@given(NAMES)
def test_no_safe_name_is_a_file_at_the_root_of_the_site(text: str) -> None:
    assert not names_root_file(safe_name(text))
    assert not names_root_file(safe_name(text).lower())


def test_the_files_at_the_root_of_the_theme_and_of_its_plugins_are_known() -> None:
    ours = {name for name in theme_files() if "/" not in name and not name.startswith("_")}
    assert all(map(names_root_file, {*ours, "feed.xml", "sitemap.xml", "robots.txt"}))


@given(NAMES)
def test_a_safe_name_is_returned_unchanged(text: str) -> None:
    assert safe_name(safe_name(text)) == safe_name(text)


@pytest.mark.parametrize(
    "name",
    [
        "TechWeb",
        "21shijijingjibaodao  nancailicaitong",
        "Web3.0",
        "a.com.cn",
        "（dianziban）",
        "é",
        "e\u0301",
        "!",
        "a~b",
    ],
)
def test_ordinary_names_are_kept(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ROBOTS.TXT", "ROBOTS-TXT"),
        ("robots.txt\u200b", "robots-txt\u200b"),
        ("Index.html.a", "Index-html.a"),
        ("con.foo", "con-.foo"),
        ("Nul .a", "Nul- .a"),
        ("meiti...", "meiti---"),
        ("a..b", "a--b"),
        ("a . ", "a---"),
        ("a" * 199 + ".b", "a" * 199 + "-"),
        ("", "-"),
    ],
)
def test_other_names_have_hyphens(text: str, expected: str) -> None:
    assert safe_name(text) == expected


@pytest.mark.parametrize(("one", "other"), [("İ", "i̇"), ("ß", "SS"), ("é", "E\u0301"), ("\u00ada", "A"), ("ſ", "s")])
def test_names_that_a_file_system_does_not_distinguish_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)
