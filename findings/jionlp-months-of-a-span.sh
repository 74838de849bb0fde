#!/bin/sh
# A good guess: jionlp, made for Chinese texts, reads the periods of financial news: "2026年1-9月" is January to
# September, as it reads 前三季度 and 前9个月, and as it takes 11月19-20日 and 2023-2025年 for spans of days and years. What it
# cannot read raises an error.
# What happens: a hyphen between months is that of a date. "1-9月" is the ninth of January, with "definition":
# "accurate"; "2026年1-9月" is the whole year, and "2025年10-12月" the twelfth of October of the current year. "1—9月" with
# a dash, as the statistics office writes it, "1至9月" and "1月至9月" are errors alone, and the whole year after a year.
# extract_time takes "1-9" out of a sentence, without the month, and passes over "1—9月".
# Why it matters here: these are the periods of most reports of companies and of the economy, and the texts of an
# archive are what such tools are run on. Each result is a valid time, so that a table of figures by period puts those
# of nine months on a day. Replace them by 前9个月 before, or read them by an expression of one's own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jionlp==1.5.31
cat > "$folder/read.py" <<'PY'
from datetime import datetime
from importlib.metadata import version

import jionlp

NOW = datetime(2026, 11, 20, 10).timestamp()
SEEN = {
    "前9个月": "2026-01-01 to 2026-09-30",
    "2026年前三季度": "2026-01-01 to 2026-09-30",
    "2023-2025年": "2023-01-01 to 2025-12-31",
    "11月19-20日": "2026-11-19 to 2026-11-20",
    "1-9月": "2026-01-09 to 2026-01-09",
    "今年7-9月": "2026-07-09 to 2026-07-09",
    "2025年10-12月": "2026-10-12 to 2026-10-12",
    "2026年1-9月": "2026-01-01 to 2026-12-31",
    "2026年1至9月": "2026-01-01 to 2026-12-31",
    "1—9月": "ValueError",
    "1至9月": "ValueError",
}
SENTENCES = {"公司2026年1-9月实现营业收入371亿元。": ["2026年", "1-9"], "1—9月份，工业企业利润同比增长3.2%。": []}


def read(text: str) -> str:
    try:
        found = jionlp.parse_time(text, time_base=NOW)
    except ValueError:
        return "ValueError"
    return " to ".join(time[:10] for time in found["time"])


print(f"jionlp {version('jionlp')}, on 2026-11-20")
for text, expected in SEEN.items():
    print(f"{text}: {read(text)}")
    assert read(text) == expected, "the behaviour has changed"
for text, expected in SENTENCES.items():
    times = [found["text"] for found in jionlp.ner.extract_time(text, time_base=NOW)]
    print(f"{text} {times}")
    assert times == expected, "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/read.py"
