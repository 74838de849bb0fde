"""Two hundred articles by 2022's surfaces and by today's, in both orders."""

from __future__ import annotations

import pytest

from tests.support.pairs import GENERATIONS, check_corrections, check_pair
from tests.support.scrapy_command import Scrapy


@pytest.mark.parametrize("first", GENERATIONS)
def test_the_other_surfaces_change_nothing(scrapy: Scrapy, first: str) -> None:
    check_pair(scrapy, 200, first)


@pytest.mark.parametrize("first", GENERATIONS)
def test_ten_articles_whose_text_differs_are_revised_and_no_others(scrapy: Scrapy, first: str) -> None:
    check_corrections(scrapy, 200, 10, first)
