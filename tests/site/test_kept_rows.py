"""Rows of the last build: with those of changed days they are the rows of the whole month."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finews_crawler.site.kept_rows import STOCK, KeptRows, is_stock
from finews_crawler.site.theme_install import install_theme

DAYS = [f"2022-05-{day:02}" for day in range(1, 9)]
POSTS = st.dictionaries(st.sampled_from(DAYS), st.integers(0, 4))


def row(day: str, number: int, *, outlet: bool = True) -> str:
    by = ' <span class="by">证券时报</span>' if outlet else ""
    time = f"{day}T10:{number:02}:00+08:00"
    link = f'<a href="/a/{number}.html">公告{number}</a>'
    return f'\n<li>{link}{by} <time datetime="{time}">{day} 10:{number:02}</time></li>'


def rows(posts: dict[str, int], text: str = "") -> list[str]:
    """Return the rows of a month, newest first."""
    return [
        row(day, n).replace("公告", f"公告{text}") for day in sorted(posts, reverse=True) for n in range(posts[day])
    ]


def page_of(folder: Path, lines: list[str]) -> KeptRows:
    page = folder / "2022-05.html"
    head = '<p><a href="/media.html">媒体</a></p>\n<ul>'
    page.write_text(f"{head}{''.join(lines)}\n</ul>\n<nav>\n<a href='/2022-04.html'></a>\n</nav>\n", "utf-8")
    return KeptRows.of(page)


@settings(max_examples=200)
@given(POSTS, POSTS)
def test_kept_and_fresh_rows_are_those_of_the_whole_month(
    tmp_path_factory: pytest.TempPathFactory, before: dict[str, int], changes: dict[str, int]
) -> None:
    kept = page_of(tmp_path_factory.getbasetemp(), rows(before))
    places = kept.without(changes)
    others = {day: count for day, count in before.items() if day not in changes}
    assert kept.are(places[::2], sum(others.values()), with_outlet=True)
    fresh = {day: "".join(rows({day: count}, "新")) for day, count in changes.items()}
    found = "".join(fresh[day] if day else kept.text[begin:end].decode() for day, begin, end in places)
    assert found == "".join(
        part
        for day in sorted({*others, *fresh}, reverse=True)
        for part in (fresh.get(day) or rows({day: others.get(day, 0)}))
    )


@pytest.mark.parametrize(
    "lines",
    [
        [row("2022-05-02", 1)],
        [row("2022-05-02", 1), row("2022-05-01", 1), row("2022-05-01", 2)],
        [row("2022-05-02", 1), row("2022-05-01", 1, outlet=False)],
        [row("2022-05-02", 1) + "\n", row("2022-05-01", 1)],
        [row("2022-05-02", 1), "\n<li>mine</li>"],
    ],
    ids=["too few", "too many", "another form", "another line", "other rows"],
)
def test_rows_that_are_not_as_expected_are_not_kept(tmp_path: Path, lines: list[str]) -> None:
    kept = page_of(tmp_path, lines)
    assert not kept.are(kept.without([])[::2], 2, with_outlet=True)


def test_a_missing_page_has_no_rows(tmp_path: Path) -> None:
    kept = KeptRows.of(tmp_path / "2022-05.html")
    assert kept.are(kept.without(["2022-05-01"])[::2], 0, with_outlet=True)
    assert not kept.are(kept.without(["2022-05-01"])[::2], 1, with_outlet=True)


def test_a_theme_that_was_changed_by_hand_keeps_no_rows(tmp_path: Path) -> None:
    install_theme(tmp_path)
    assert is_stock(tmp_path)
    with (tmp_path / STOCK[0]).open("a") as file:
        file.write("<!-- mine -->")
    assert not is_stock(tmp_path)
