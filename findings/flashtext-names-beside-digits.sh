#!/bin/sh
# A good guess: flashtext finds a name wherever it stands in a Chinese sentence: a name ends at what is no letter, digit
# or underscore (non_word_boundaries), and Chinese characters are none of these. Two names side by side are two.
# What happens: since a name must end at such a boundary, one before a digit or a Latin letter is not found: 中国联通5G用户,
# 中国联通600050, 中国联通A股, nor one after a digit, 2026中国联通. Of names side by side each second one is lost, as the
# character that ends a name is not looked at again. flashtext2, which calls itself a faster version of it, finds all.
# Why it matters here: names of shares are looked for in texts to join them with prices, and news writes a code, a year
# or A股 right beside them. A count of mentions is too low by those, without an error, and the same loop with flashtext2
# counts others. The tickers of an export are read from upstream's mark-up, not from the prose (docs/exports.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check flashtext==2.7 flashtext2==1.1.0
cat > "$folder/find.py" <<'PY'
from importlib.metadata import version

import flashtext
import flashtext2

NAMES = ["中国联通", "中国移动", "中国电信", "万科A", "*ST远岫"]
SEEN = {
    "昨日中国联通（600050）涨停": (["中国联通"], ["中国联通"]),
    "买入万科A和*ST远岫": (["万科A", "*ST远岫"], ["万科A", "*ST远岫"]),
    "昨日中国联通600050涨停": ([], ["中国联通"]),
    "中国联通5G用户过亿": ([], ["中国联通"]),
    "中国联通A股收涨": ([], ["中国联通"]),
    "2026中国联通合作伙伴大会": ([], ["中国联通"]),
    "中国联通中国移动中国电信涨停": (["中国联通", "中国电信"], ["中国联通", "中国移动", "中国电信"]),
}


def finder(module: object) -> object:
    processor = module.KeywordProcessor(case_sensitive=True)
    for name in NAMES:
        processor.add_keyword(name)
    return processor


processors = [finder(module) for module in (flashtext, flashtext2)]
for text, expected in SEEN.items():
    found = tuple(processor.extract_keywords(text) for processor in processors)
    print(f"{text}: flashtext {version('flashtext')} {found[0]}, flashtext2 {version('flashtext2')} {found[1]}")
    assert found == expected, "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/find.py"
