"""Slugs: those of the original archive, and always valid file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finews_crawler.content.safe_names import MAX_BYTES
from finews_crawler.content.slug import EMNEWS_SLUG, EMNEWS_TAG, has_unsafe_name, slug

names = st.text() | st.text("海港晨报-/\\. \x00\ud800Aa(", max_size=12)


@pytest.mark.parametrize(
    ("media_name", "expected"),
    [
        ("华龙网-新重庆客户端", "hualongwangxinzhongqingkehuduan"),
        ("21世纪经济报道  南财理财通", "21shijijingjibaodao  nancailicaitong"),
        ("21世纪经济报道 21财经APP", "21shijijingjibaodao 21caijingAPP"),
        ("安信国际证券(香港)", "anxinguojizhengquan(xianggang)"),
        ("Career In 投行PEVC", "Career In touxingPEVC"),
        ("TechWeb", "TechWeb"),
        ("Techweb", "Techweb"),
    ],
)
def test_slugs_of_the_original_archive(media_name: str, expected: str) -> None:
    assert slug(media_name) == expected


@pytest.mark.parametrize(
    ("media_name", "expected"),
    [
        # The default reading of each character, also where the word is read otherwise.
        ("重庆日报", "zhongqingribao"),
        ("朝阳商报", "zhaoyangshangbao"),
        ("绿色能源", "lvsenengyuan"),
        ("海港－晨报（电子版）", "haigang－chenbao（dianziban）"),
        ("海港--晨报", "haigangchenbao"),
        ("Ａ股观察", "Ａguguancha"),
        ("-", "-"),
        ("", "-"),
    ],
)
def test_slug_follows_the_reading_of_xpinyin(media_name: str, expected: str) -> None:
    assert slug(media_name) == expected


@pytest.mark.parametrize(
    ("media_name", "expected"),
    [
        ("../海港晨报", "--haigangchenbao"),
        ("-../海港晨报", "--haigangchenbao"),
        (".", "-"),
        ("..", "-"),
        (".hidden", "-hidden"),
        ("_config", "-config"),
        ("海港/晨报", "haigang-chenbao"),
        ("海港\\晨报", "haigang-chenbao"),
        ("海港:晨报", "haigang-chenbao"),
        ("海港?#%晨报", "haigang---chenbao"),
        ("海港{{晨报}}", "haigang--chenbao--"),
        ("海港\x00\n晨报", "haigang--chenbao"),
        ("海港\u2028晨报", "haigang-chenbao"),
        ("海港\ud800晨报", "haigang-chenbao"),
        ("海港.晨报", "haigang.chenbao"),
        ("海港_晨报", "haigang_chenbao"),
    ],
)
def test_characters_unfit_for_file_names_and_urls_are_replaced(media_name: str, expected: str) -> None:
    assert slug(media_name) == expected


@given(media_name=names)
def test_slug_is_deterministic(media_name: str) -> None:
    slug.cache_clear()
    first = slug(media_name)
    slug.cache_clear()
    assert slug(media_name) == first


@given(media_name=st.text("ABCabc019 ()&+,;=@!$", min_size=1, max_size=40).filter(lambda name: name[-1] != " "))
def test_slug_keeps_ascii(media_name: str) -> None:
    assert slug(media_name) == media_name


def test_a_slug_of_exactly_the_limit_is_kept() -> None:
    assert slug("a" * MAX_BYTES + "b") == "a" * MAX_BYTES
    assert slug("a" * (MAX_BYTES - 1) + "😀") == "a" * (MAX_BYTES - 1)
    assert slug("a" * (MAX_BYTES - 4) + "😀") == "a" * (MAX_BYTES - 4) + "😀"


@pytest.mark.parametrize("media_name", ["robots.txt", "媒体.", "nul", "a:b", "emnews"])
def test_an_outlet_whose_slug_is_not_its_reading_has_an_unsafe_name(media_name: str) -> None:
    assert has_unsafe_name(media_name)
    assert slug(media_name) != media_name


def test_the_rolling_slug_differs_from_the_reading_of_its_tag() -> None:
    assert EMNEWS_SLUG == "emnews"
    assert slug("emnews") == "emnews-"
    assert slug(EMNEWS_TAG) == "dongcaigundongxinwen"
