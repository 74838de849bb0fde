"""Front matter: YAML parsers return any text unchanged; ordinary text is written as in the archive."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from finews_crawler.exporters.front_matter import front_matter, one_of_list, quoted, scalar
from finews_crawler.posts.usual_front_matter import read_usual_front_matter

# All text that the parsers accept: without lone surrogates.
TEXT = st.text(st.characters(exclude_categories=("Cs",)))
WORDS = """
yeſ oﬀ yes null ~ 2022 1e5 0x1F 1_000 12:30 2022-01-01 1,000 .5 | > #a &a *a !!python/object {} [] 'a' "a" ... --- %a @a
"""
ORDINARY = """
hualongwangxinzhongqingkehuduan 华龙网-新重庆客户端新闻 emnews 36ke 21caijing TechWeb baobao e公司新闻
安信国际证券(香港)新闻 anxinguojizhengquan(xianggang) 第一财经·研究院新闻
"""
USUAL = '---\nlayout: post\ntitle: "{}"\ndate: 2022-05-18 16:48:06 +0800\ncategories: jia\ntags: 甲新闻\n---\n'
YAML_LIKE = st.sampled_from([*WORDS.split(), "- a", "? a", ": a", "a: b", "a #b", "a\n---\nb"])


def read_back(spelt: str) -> object:
    block = front_matter(("key", spelt))
    assert block.startswith("---\n")
    assert block.endswith("\n---\n")
    return yaml.safe_load(block.removeprefix("---\n").removesuffix("---\n"))["key"]


@given(TEXT | YAML_LIKE)
@example("\u2028\x85\ufeff\x00\x7f\U0001f4c8\ufffe")
def test_quoted_round_trips(value: str) -> None:
    assert read_back(quoted(value)) == value


def test_characters_that_yaml_cannot_print_are_escaped() -> None:
    printable = re.compile(r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
    characters = [*map(chr, range(0x20000)), "\U0010ffff"]
    plain = [each for each in characters if quoted(each) == f'"{each}"']
    assert plain == [each for each in characters if printable.match(each) and each not in '"\\']
    assert plain == [each for each in characters if read_usual_front_matter(USUAL.format(each))]


@given(TEXT | YAML_LIKE)
def test_scalar_round_trips_as_text(value: str) -> None:
    assert read_back(scalar(value)) == value


@given(TEXT | YAML_LIKE)
def test_one_of_list_is_one_word_for_jekyll(value: str) -> None:
    read = read_back(one_of_list(value))
    # Jekyll splits a string at white space and takes a list as it is.
    words = read.split() if isinstance(read, str) else read
    assert words == [value]


@given(TEXT | YAML_LIKE)
def test_values_cannot_end_the_front_matter(value: str) -> None:
    assert "\n" not in quoted(value) + scalar(value) + one_of_list(value)


@pytest.mark.parametrize("ordinary", ORDINARY.split())
def test_ordinary_tags_and_slugs_are_not_quoted(ordinary: str) -> None:
    assert one_of_list(ordinary) == ordinary
