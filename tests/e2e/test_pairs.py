"""The same articles by 2022's surfaces and by today's: one archive, one post each, no revision without a change.

The same with 200 articles is in ``tests/slow/test_pairs.py``.
"""

from __future__ import annotations

import pytest

from tests.support.pairs import GENERATIONS, check_corrections, check_pair
from tests.support.scrapy_command import Scrapy


@pytest.mark.parametrize("first", GENERATIONS)
def test_the_other_surfaces_change_nothing(scrapy: Scrapy, first: str) -> None:
    check_pair(scrapy, 40, first)


def test_articles_whose_text_differs_are_revised_and_no_others(scrapy: Scrapy) -> None:
    check_corrections(scrapy, 40, 4, "2022")
