#!/bin/sh
# A good guess: dateparser, which Scrapy's makers maintain and which knows Chinese, reads the times of a news list with
# languages=["zh"] and PREFER_DATES_FROM="past": "11-19 10:23" or 11月19日 of this year, or of last year if that is still
# to come, and "23:50" of today or yesterday. If it cannot, it returns None.
# What happens: in 1.5 "11-19 10:23" is of the year 2011, on the 19th of the month of the day on which it is read, since
# the order of the language is year, month, day. 11月19日 is None, though with a year it is read. Without `languages` the
# former is right, and 11月19日 is of 2011. A bare time that is later than now is of yesterday, except on the first of a
# month: then its day goes back to the end of the month that has just begun, so that "past" is four weeks in the future.
# Why it matters here: Chinese lists print month and day, or the time alone, and each of these is a valid time to
# whatever sorts, filters and archives by it. Lists of Eastmoney have whole times, which are read by one format each; a
# source without the year needs a reader of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check dateparser==1.5.0
cat > "$folder/times.py" <<'PY'
from datetime import datetime
from importlib.metadata import version

import dateparser

NOON, FIRST = datetime(2026, 11, 20, 12), datetime(2026, 12, 1, 0, 10)
EXPECTED = {
    (NOON, "2026-11-19 10:23", "zh"): "2026-11-19 10:23",
    (NOON, "2026年11月19日 10:23", "zh"): "2026-11-19 10:23",
    (NOON, "11-19 10:23", "zh"): "2011-11-19 10:23",
    (FIRST, "11-19 10:23", "zh"): "2011-12-19 10:23",
    (NOON, "11月19日 10:23", "zh"): "None",
    (NOON, "11-19 10:23", None): "2026-11-19 10:23",
    (NOON, "11月19日 10:23", None): "2011-11-19 10:23",
    (NOON, "23:50", "zh"): "2026-11-19 23:50",
    (FIRST, "昨天 23:50", "zh"): "2026-11-30 23:50",
    (FIRST, "23:50", "zh"): "2026-12-30 23:50",
    (FIRST, "23:50", "en"): "2026-12-30 23:50",
    (datetime(2027, 3, 1, 0, 10), "23:50", "zh"): "2027-03-28 23:50",
}

print("dateparser", version("dateparser"))
changed = []
for (now, text, language), expected in EXPECTED.items():
    settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": now}
    time = dateparser.parse(text, languages=language and [language], settings=settings)
    seen = str(time)[:16]
    print(f"at {now:%Y-%m-%d %H:%M}, {language or 'any language'}: {text} is {seen}")
    changed += [text] if seen != expected else []
assert not changed, f"the behaviour has changed: {changed}"
PY
"$folder/venv/bin/python" -W ignore "$folder/times.py"
