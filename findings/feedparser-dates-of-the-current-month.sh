#!/bin/sh
# A good guess: a date of a feed that feedparser cannot read has no *_parsed, as any text that is none of its formats.
# dc:date is such a field: Dublin Core recommends W3CDTF for it and takes any text. What was read once is read the same
# tomorrow: the clock has no part in a date that has its year.
# What happens: its parser of ISO 8601 looks at the beginning of the text only, and takes what is missing from the
# clock. In "2022/05/18 10:23:00" and 2022年05月18日 that is the year; the month is the one in which the feed is read, and
# the day the first. "2022-05-18 10:23:00 UTC+8" loses its time, a Unix time is a year, "10:23" is today; bozo is 0.
# Why it matters here: feeds of Chinese sites have such dates, in pubDate too, where it is the same. The articles of a
# year all get one day, and another when the same file is read in the next month, so that an archive that merges by time
# of update takes each for a new version. The text is in `entry.updated`; a handler of one's own comes before this.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check feedparser==6.0.14 freezegun==1.5.5
cat > "$folder/dates.py" <<'PY'
import time

import feedparser
from freezegun import freeze_time

MONTHS = ("2026-11-20", "2027-03-20")
EXPECTED = {
    "2022-05-18 10:23:00": ("2022-05-18 10:23", "2022-05-18 10:23"),
    "2022-05-18T10:23:00+08:00": ("2022-05-18 02:23", "2022-05-18 02:23"),
    "05-18 10:23": (None, None),
    "2022": ("2022-01-01 00:00", "2022-01-01 00:00"),
    "2022/05/18 10:23:00": ("2022-11-01 00:00", "2022-03-01 00:00"),
    "2022年05月18日 10:23": ("2022-11-01 00:00", "2022-03-01 00:00"),
    "2022-05-18 10:23:00 UTC+8": ("2022-05-18 00:00", "2022-05-18 00:00"),
    "1652840580": ("1652-11-01 00:00", "1652-03-01 00:00"),
    "10:23": ("2026-11-20 10:23", "2027-03-20 10:23"),
}
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>news</title><link>http://a.test/</link><description>news</description>
<item><title>a</title><link>http://a.test/1</link><dc:date>{}</dc:date></item></channel></rss>"""


def read(date: str, now: str) -> str | None:
    with freeze_time(now):
        feed = feedparser.parse(FEED.format(date).encode())
    assert not feed.bozo, "feedparser complains about the feed now"
    parsed = feed.entries[0].get("updated_parsed")
    return parsed and time.strftime("%Y-%m-%d %H:%M", parsed)


print("feedparser", feedparser.__version__)
changed = []
for date, expected in EXPECTED.items():
    seen = tuple(read(date, now) for now in MONTHS)
    print(f"{date}: {seen[0]}, and read in {MONTHS[1][:7]}: {seen[1]}")
    changed += [date] if seen != expected else []
assert not changed, f"the behaviour has changed: {changed}"
PY
"$folder/venv/bin/python" -W ignore "$folder/dates.py"
