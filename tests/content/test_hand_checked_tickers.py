"""Fifty bodies of all kinds, checked by hand: the securities in each, their positions, and nothing else.

``marked`` is the plain text with ``⟦symbol|source|name⟧`` at the first mention of each security. The securities that
only the other body has follow a line with ``⟦⟧``.
"""

from __future__ import annotations

import json
import re

import pytest

from finews_crawler.content.body.clean import clean_body
from finews_crawler.content.extraction import extract_article
from finews_crawler.items import Ticker
from tests.support.paths import FIXTURES

FILE = FIXTURES / "tickers" / "hand_checked.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
MARK = re.compile(r"⟦(?P<symbol>[^|⟧]+)\|(?P<source>kline|inline)\|(?P<name>[^⟧]*)⟧")


def by_hand(marked: str) -> tuple[str, list[Ticker]]:
    """Return the plain text and the securities in *marked*."""
    shown, _, elsewhere = marked.partition("\n⟦⟧\n")
    text, found, end = "", [], 0
    for mark in MARK.finditer(shown):
        text += shown[end : mark.start()]
        found.append(Ticker(mark["symbol"], mark["name"], mark["source"], len(text)))
        text += mark["name"]
        end = mark.end()
    others = [Ticker(mark["symbol"], mark["name"], mark["source"]) for mark in MARK.finditer(elsewhere)]
    return text + shown[end:], [*found, *others]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_tickers_and_text_are_those_found_by_hand(case: dict[str, str]) -> None:
    text, tickers = by_hand(case["marked"])
    read = extract_article(case["text"], case["content"], clean_body(case[case["shown"]]).html)
    assert read.text == text
    assert sorted(read.tickers, key=str) == sorted(tickers, key=str)


def test_precision_and_recall_over_all_hand_checked_bodies() -> None:
    expected, found = set(), set()
    for number, case in enumerate(CASES):
        read = extract_article(case["text"], case["content"], clean_body(case[case["shown"]]).html)
        expected |= {(number, ticker.symbol, ticker.source) for ticker in by_hand(case["marked"])[1]}
        found |= {(number, ticker.symbol, ticker.source) for ticker in read.tickers}
    assert len(CASES) == 50
    assert len(expected) > 100
    assert (len(found & expected) / len(found), len(found & expected) / len(expected)) == (1.0, 1.0)
