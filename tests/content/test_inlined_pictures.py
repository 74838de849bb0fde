"""Inlined pictures are shortened in attributes only, and in time."""

from __future__ import annotations

import time

import pytest

from finews_crawler.content.inlined_pictures import shorten_inlined_pictures

URL = "data:image/png;base64," + "iVBORw0KGgo=" * 9


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<img src="{URL}">', '<img src="data:,">'),
        (f"<img src='{URL}' alt='甲'>", "<img src=\"data:,\" alt='甲'>"),
        (f"<img src={URL}>", '<img src="data:,">'),
        (f'<IMG alt="a>b" DATA-SRC = " {URL} " />', '<IMG alt="a>b" DATA-SRC = "data:," />'),
        (f'<img src="{URL[:60]}\n{URL[60:]}"/>', '<img src="data:,"/>'),
        (f'<p>甲</p><img src="{URL}"><img src="{URL}">乙', '<p>甲</p><img src="data:,"><img src="data:,">乙'),
    ],
)
def test_long_data_urls_are_shortened(html: str, expected: str) -> None:
    assert shorten_inlined_pictures(html) == expected


@pytest.mark.parametrize(
    "html", [f"<p>{URL}</p>", f"<p>见 src={URL}", '<img src="data:,">', '<img src="https://a.cn/1.jpg">', f'{URL}"']
)
def test_all_other_text_stays(html: str) -> None:
    assert shorten_inlined_pictures(html) == html


@pytest.mark.parametrize("part", ["<a", "<a ", "<a src=", '<a src="data:', "<a src=data:", "<a b=c ", "data:"])
def test_no_body_takes_quadratic_time(part: str) -> None:
    start = time.thread_time()
    assert shorten_inlined_pictures(part * 60_000 + "data:")
    assert time.thread_time() - start < 2
