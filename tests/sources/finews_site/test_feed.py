"""The archive's feed: recorded documents, hostile ones, and arbitrary bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.sources.finews_site.post_lists import parse_feed
from tests.sources.surface_cases import Case, cases, post_list

URL = "http://127.0.0.1/feed.xml"
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
ENTRY = '<entry><link href="/a/2022/05/18/NW202205180000000001.html"/></entry>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BOMBS = {
    "billion laughs": f'<!DOCTYPE feed [<!ENTITY l0 "ha">{LAUGHS}]><feed {ATOM}><title>&l11;</title></feed>',
    "in an attribute": f'<!DOCTYPE feed [<!ENTITY l0 "ha">{LAUGHS}]><feed {ATOM}><title a="&l11;"/></feed>',
    "quadratic": f'<!DOCTYPE feed [<!ENTITY l "{"ha" * 50_000}">]><feed {ATOM}><title>{"&l;" * 50_000}</title></feed>',
    "of itself": f'<!DOCTYPE feed [<!ENTITY a "&b;"><!ENTITY b "&a;">]><feed {ATOM}><title>&a;</title></feed>',
    "deep": f"<feed {ATOM}>{'<a>' * 200_000}</feed>",
}


@cases("archive_feed")
def test_feed_fixtures(case: Case) -> None:
    found = parse_feed(case.response.url, case.response.body)
    assert post_list(found) == case.expected
    assert case.detail in found.detail


@pytest.mark.filterwarnings("ignore:Input data is too big")
@pytest.mark.parametrize("name", BOMBS)
def test_an_entity_bomb_is_not_expanded(name: str) -> None:
    found = parse_feed(URL, BOMBS[name].encode())
    assert found.posts == []
    assert (found.outcome.value == "no_news") == (name == "deep")


@pytest.mark.parametrize(
    "declaration",
    ['<!ENTITY file SYSTEM "{}">', '<!ENTITY % outside SYSTEM "{}"> %outside; <!ENTITY file "">'],
    ids=["entity", "parameter entity"],
)
def test_no_local_file_is_read(tmp_path: Path, declaration: str) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(ENTRY.replace("000001", "000666"), encoding="utf-8")
    doctype = f"<!DOCTYPE feed [{declaration.format(secret.as_uri())}]>"
    found = parse_feed(URL, f"{doctype}<feed {ATOM}>&file;{ENTRY}</feed>".encode())
    assert [post.info_code for post in found.posts] == ["NW202205180000000001"]


def test_no_local_doctype_is_read(tmp_path: Path) -> None:
    (tmp_path / "feed.dtd").write_text(f"<!ENTITY file '{ENTRY.replace('000001', '000666')}'>", encoding="utf-8")
    doctype = f'<!DOCTYPE feed SYSTEM "{(tmp_path / "feed.dtd").as_uri()}">'
    found = parse_feed(URL, f"{doctype}<feed {ATOM}>&file;{ENTRY}</feed>".encode())
    assert [post.info_code for post in found.posts] == ["NW202205180000000001"]


def test_a_link_inside_an_entry_is_not_an_entry() -> None:
    inner = '<content type="xhtml"><link href="/a/2022/05/18/NW202205180000000002.html"/></content>'
    found = parse_feed(URL, f"<feed {ATOM}>{ENTRY.replace('</entry>', f'{inner}</entry>')}</feed>".encode())
    assert [post.info_code for post in found.posts] == ["NW202205180000000001"]


@given(body=st.binary() | st.text().map(lambda text: f"<feed {ATOM}>{text}{ENTRY}</feed>".encode()))
def test_parse_feed_accepts_any_bytes(body: bytes) -> None:
    found = parse_feed(URL, body)
    assert found.posts or found.outcome.value != "articles"
