"""Decoding: UTF-8, GB18030 or the encoding of a byte-order mark; never an error, always encodable text."""

from __future__ import annotations

import codecs
import sys
from difflib import SequenceMatcher
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from finews_crawler.content.decoding import decode_bytes, one_line, replace_lone_surrogates
from finews_crawler.content.gb18030 import MOST_REPAIRED, decode_gb18030

TEXT = "江城重工(600999)：一季度净利润同比增长12.6%，“*ST海川”同日涨停"
RARE = "㐂记茶楼𠮷祥分店"
"""Two of these have four bytes in GB18030 and are not in GBK."""

SENTENCES = (
    "江城指数周四收盘上涨1.2%，小盘股指数上涨0.8%。",
    "江城重工(600999)公告称：拟以不超过3亿元回购股份，每股不超过15元",
    "分析师认为，该公司的订单将在下半年释放，净利润同比增长约三成。",
    "<p>\u3000\u3000“白鹭光学”午后走强，董事长李镕喆增持</p>",
    "海川发布产业三年行动方案 琥珀色药瓶项目开工",
)

texts = st.text(st.characters(exclude_categories=["Cs"]))
chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1)


def may_be_utf8(body: bytes) -> bool:
    """Return True for UTF-8, truncated UTF-8, and bytes with a byte-order mark."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return body.startswith(codecs.BOM_UTF8)
    return True


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_decode_bytes_decodes_each_encoding_of_upstream(encoding: str) -> None:
    assert decode_bytes(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_decode_bytes_decodes_rare_characters(encoding: str) -> None:
    assert decode_bytes(RARE.encode(encoding)) == RARE


def test_rare_characters_have_four_bytes_in_gb18030() -> None:
    assert len(RARE.encode("gb18030")) == 4 + 2 * 3 + 4 + 2 * 3


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8")],
)
def test_a_byte_order_mark_decides_the_encoding_and_is_removed(mark: bytes, encoding: str) -> None:
    assert decode_bytes(mark + TEXT.encode(encoding)) == TEXT
    assert decode_bytes(mark) == ""


def test_no_bytes_are_empty_text() -> None:
    assert decode_bytes(b"") == ""


def test_bytes_of_neither_encoding_become_replacement_characters() -> None:
    assert decode_bytes("江城".encode() + b"\xff\xff ok") == "江城\ufffd\ufffd ok"


@given(text=texts)
def test_decode_bytes_inverts_utf8(text: str) -> None:
    assume(not text.startswith("\ufeff"))
    assert decode_bytes(text.encode()) == text


@given(text=texts)
def test_decode_bytes_inverts_utf16_with_a_byte_order_mark(text: str) -> None:
    assert decode_bytes(text.encode("utf-16")) == text


@given(text=texts | chinese)
def test_decode_bytes_inverts_gb18030_unless_it_is_valid_utf8(text: str) -> None:
    body = text.encode("gb18030")
    assume(not may_be_utf8(body))
    assert decode_bytes(body) == text


@given(text=chinese, data=st.data())
def test_truncated_utf8_is_decoded_up_to_the_cut(text: str, data: st.DataObject) -> None:
    body = text.encode()
    cut = data.draw(st.integers(0, len(body)))
    decoded = decode_bytes(body[:cut])
    assert text.startswith(decoded)
    assert len(decoded) == cut // 3


@given(body=st.binary() | st.binary().map(lambda body: codecs.BOM_UTF16_LE + body))
def test_random_bytes_decode_to_encodable_text(body: bytes) -> None:
    assert decode_bytes(body).encode().decode() == decode_bytes(body)


@given(body=st.binary(), mark=st.sampled_from([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE]))
def test_a_wrong_byte_order_mark_decodes_to_encodable_text(body: bytes, mark: bytes) -> None:
    decoded = decode_bytes(mark + body)
    assert decoded.encode().decode() == decoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ud83d", "\ufffd"),
        ("涨\udc00停", "涨\ufffd停"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\U0001f600 𠮷", "\U0001f600 𠮷"),
        ("", ""),
    ],
)
def test_replace_lone_surrogates(text: str, expected: str) -> None:
    assert replace_lone_surrogates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("海川电子\r\n中标", "海川电子 中标"),
        ("海川电子\u2028中标\u2029", "海川电子 中标"),
        ("海川电子\t\v\f\x85中标", "海川电子 中标"),
        ("海川\x00电子\x7f\x9b\ufeff", "海川电子"),
        ("\u3000\u3000海川电子\u3000", "海川电子"),
        ("\ud83d海川", "\ufffd海川"),
        ("江城财经  理财通", "江城财经  理财通"),
        ("海川\u3000电子", "海川\u3000电子"),
        (" \n ", ""),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


@given(text=st.text() | st.text("江 \t\r\n\v\f\x00\x1c\x1d\x1e\x1f\x7f\x85\u2028\u2029\ufeff\ud800\u3000"))
def test_one_line_returns_one_encodable_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip() == one_line(line)
    assert "\x00" not in line
    line.encode()


@st.composite
def damaged(draw: st.DrawFn) -> tuple[list[str], int, bytes, str]:
    """Return the fields of a JSON text, the number of the damaged one, and the text with damaged bytes in it."""
    fields = draw(st.permutations(SENTENCES))
    number, encoding = draw(st.integers(0, len(fields) - 1)), draw(st.sampled_from(["utf-8", "gb18030"]))
    parts = [f'"{field}",'.encode(encoding) for field in fields]
    field = bytearray(parts[number])
    for place in draw(st.lists(st.integers(1, len(field) - 3), min_size=1, max_size=4, unique=True)):
        field[place] = draw(st.integers(0x20, 0xFF))
    parts[number] = bytes(field)
    return fields, number, b"".join(parts), encoding


@given(case=damaged())
def test_damaged_bytes_leave_all_other_fields_exact(case: tuple[list[str], int, bytes, str]) -> None:
    fields, number, body, _ = case
    decoded = decode_bytes(body)
    assert decoded.startswith("".join(f'"{field}",' for field in fields[:number]))
    assert decoded.endswith("".join(f'"{field}",' for field in fields[number + 1 :]))


def lost_of(text: str, decoded: str) -> int:
    blocks = SequenceMatcher(None, text, decoded, autojunk=False).get_matching_blocks()
    return len(text) - sum(block.size for block in blocks)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("number", [1, 3])
def test_a_damaged_byte_costs_a_character(encoding: str, number: int) -> None:
    dice, text = Random(20260914), "".join(SENTENCES)
    lost = []
    for _ in range(300):
        body = bytearray(text.encode(encoding))
        for place in dice.sample(range(len(body)), number):
            body[place] = dice.randrange(256)
        lost.append(lost_of(text, decode_bytes(bytes(body))))
    assert sum(lost) < 1.3 * number * len(lost)
    assert max(lost) <= 10 * number


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_half_a_character_costs_only_that_character(encoding: str) -> None:
    """Upstream cuts digests by bytes."""
    for size in range(1, len(SENTENCES[2])):
        cut, rest = SENTENCES[2][:size].encode(encoding)[:-1], f'","from":"{SENTENCES[1]}"'
        decoded = decode_bytes(cut + rest.encode(encoding))
        assert decoded == f"{SENTENCES[2][: size - 1]}\ufffd{rest}"


def test_a_lone_0x80_is_the_euro_sign_of_code_page_936() -> None:
    assert decode_bytes("售价".encode("gbk") + b"\x80" + "12亿".encode("gbk")) == "售价€12亿"


def test_gb18030_behind_the_mark_of_utf8_is_gb18030() -> None:
    assert decode_bytes(codecs.BOM_UTF8 + TEXT.encode("gbk")) == TEXT


def test_more_damage_than_can_be_repaired_is_decoded_all_the_same() -> None:
    body = b"\xb0" * (MOST_REPAIRED + 5001)
    assert decode_gb18030(body + b'"').endswith('\ufffd"')
    assert len(decode_gb18030(body)) == len(body) // 2 + 1


def test_a_few_split_characters_do_not_change_the_encoding() -> None:
    digest = "合同已签，首批设备将于六月交付"
    body = digest.encode() + "。".encode()[:2] + '","from":"海港晨报"'.encode()
    assert decode_bytes(body) == f'{digest}\ufffd","from":"海港晨报"'
    assert decode_bytes(f"{digest}。".encode("gbk")) == f"{digest}。"


def test_no_character_that_one_line_replaces_is_printable() -> None:
    characters = map(chr, range(sys.maxunicode + 1))
    assert not [each for each in characters if each.isprintable() and one_line(f"A{each}B\n") != f"A{each}B"]
