#!/bin/sh
# A good guess: a splitter that takes zh for a language ends a sentence at each 。！？, which abbreviations and decimals
# do not have, and leaves a closing quotation mark after one of them with its sentence. The hard cases are those of
# English.
# What happens: sentencex, of the Wikimedia Foundation, does not end a sentence at 。！？ if a digit follows, or a small Latin
# letter: 。2026年, 。18日, ！5G and 。iPhone are in the middle of one. In English it does before a digit, after a space.
# pysbd ends one there, but before a closing mark: ” and ） begin the next sentence. jionlp does both right.
# Why it matters here: many a sentence of financial news begins with a date, a sum or a code, and ends with a quotation.
# What is counted, translated or rated by the sentence is then of two or three at once, or speech is taken for the
# reporter's. The characters stay, so that no comparison with the text shows it. Split at [。！？]+[”’」』）]* instead.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check sentencex==1.0.32 pysbd==0.3.4 jionlp==1.5.31
cat > "$folder/split.py" <<'PY'
import re
from importlib.metadata import version

import jionlp
import pysbd
import sentencex

RIGHT = {  # with a bar where a sentence ends
    "公司拟回购股份。|中国联通涨停！|其后离席。": ("sentencex", "pysbd", "jionlp"),
    "公司拟回购股份。|2026年三季度净利润增长。": ("pysbd", "jionlp"),
    "产能翻番！|18日复牌？|3家机构调研。": ("pysbd", "jionlp"),
    "公司拟回购股份。|iPhone销量增长。": ("pysbd", "jionlp"),
    "他说：“市场信心在恢复。”|其后离席。": ("sentencex", "jionlp"),
    "He said so. |18 banks agreed.": ("sentencex",),
}
SPLITTERS = {
    "sentencex": lambda text, language: list(sentencex.segment(language, text)),
    "pysbd": lambda text, language: pysbd.Segmenter(language=language, clean=False).segment(text),
    "jionlp": lambda text, language: jionlp.split_sentence(text, criterion="coarse"),
}

print(", ".join(f"{name} {version(name)}" for name in SPLITTERS))
for marked, expected in RIGHT.items():
    language = "zh" if re.search("[。！？]", marked) else "en"
    right = []
    for name, split in SPLITTERS.items() if language == "zh" else [("sentencex", SPLITTERS["sentencex"])]:
        sentences = split(marked.replace("|", ""), language)
        print(f"{name}: {' | '.join(sentences)}")
        assert "".join(sentences) == marked.replace("|", ""), "characters are lost"
        if sentences == marked.split("|"):
            right.append(name)
    assert tuple(right) == expected, "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/split.py"
