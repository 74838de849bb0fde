#!/bin/sh
# A good guess: conversion from traditional to simplified Chinese (OpenCC's t2s, zhconv's zh-cn) leaves a text alone
# that is simplified already, so that an index can run all texts through it, whatever outlet they come from, and search
# in one form.
# What happens: a character that belongs to both forms is taken for the traditional one. 乾 is simplified, too, where it
# is read qián, and becomes 干 unless a dictionary has the word: 乾隆 stays, while 乾照光电 (a share in Shenzhen), 乾县 and 乾安县
# (counties) get another name. Each tool has its own list of words: OpenCC changes all three, zhconv the share alone, so
# that two tools do not even agree. The same names are wrong after s2t and back.
# Why it matters here: outlets of Hong Kong and of the mainland are in one archive. The name of a security that is
# looked up in the converted text is not found, and 干照光电 is no name at all. Posts and exports keep the characters of the
# source; convert a copy, and the word that is searched for as well, with the same tool in the same version.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check OpenCC==1.4.2 zhconv==1.4.3 setuptools==80.9.0
cat > "$folder/names.py" <<'PY'
from importlib.metadata import version

import opencc
import zhconv

OPENCC = {
    "乾隆": "乾隆",
    "沈阳化工": "沈阳化工",
    "三只松鼠": "三只松鼠",
    "乾照光电": "干照光电",
    "乾景园林": "干景园林",
    "乾县": "干县",
    "乾安县": "干安县",
}
ZHCONV = {**{name: name for name in OPENCC}, "乾照光电": "干照光电"}

to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
tools = {
    "OpenCC": (to_simplified.convert, OPENCC),
    "zhconv": (lambda text: zhconv.convert(text, "zh-cn"), ZHCONV),
}
for tool, (convert, expected) in tools.items():
    seen = {name: convert(name) for name in expected}
    print(tool, version(tool), *(f"{name} -> {other}" for name, other in seen.items() if name != other))
    assert seen == expected, seen
there_and_back = to_simplified.convert(to_traditional.convert("乾照光电"))
print("OpenCC, to traditional and back:", there_and_back)
assert there_and_back == "干照光电"
PY
"$folder/venv/bin/python" -W ignore "$folder/names.py"
