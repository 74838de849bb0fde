#!/bin/sh
# A good guess: Protego, Scrapy's parser of robots.txt, groups the lines as RFC 9309 does. By its section 2.2.4 a record
# that the parser does not know must not interfere with the others, so names above and below it are one group, as they
# are in Google's parser, whose reference tests have such a case.
# What happens: any record but Sitemap and Host ends the list of names. The crawler named first gets no rules at all: it
# may fetch what both names were forbidden.
# Why it matters here: the crawler promises RFC 9309, so it removes such lines before Protego sees them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check protego==0.7.0 gpyrobotstxt==1.0.0
cat > "$folder/read.py" <<'PY'
from importlib.metadata import version

from gpyrobotstxt.robots_cc import RobotsMatcher
from protego import Protego

FILE = "User-agent: news-bot\n{}\nUser-agent: other-bot\nDisallow: /\n"
SEEN = {"": (False, False), "Sitemap: http://a.test/s.xml": (False, False), "Content-Signal: search=yes": (True, False)}

print(f"protego {version('protego')}, gpyrobotstxt {version('gpyrobotstxt')}: may news-bot fetch /a")
for record, expected in SEEN.items():
    text, url = FILE.format(record), "http://a.test/a"
    ours = Protego.parse(text).can_fetch(url, "news-bot")
    google = RobotsMatcher().one_agent_allowed_by_robots(text, "news-bot", url)
    print(f"{record or 'nothing between the names'}: Protego {ours}, Google's rules {google}")
    assert (ours, google) == expected, record
PY
"$folder/venv/bin/python" "$folder/read.py"
