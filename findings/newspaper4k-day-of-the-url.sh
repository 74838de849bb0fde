#!/bin/sh
# A good guess: newspaper4k takes the time of an article from `article:published_time`, which it knows, and looks for a
# date in the URL only where a page names no time.
# What happens: a day in the URL wins over the page's own time; publish_date is its midnight, without a zone, also if the
# page was published on another day in another zone.
# Why it matters here: the URLs of posts have the day, as Jekyll makes them, so the hour and zone that each page names are
# not what newspaper4k returns. Take them from article.meta_data (docs/interop.md).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check newspaper4k==0.9.6 lxml_html_clean==0.4.6
cat > "$folder/read.py" <<'PY'
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")
from newspaper import Article  # noqa: E402

PAGE = """<html><head><title>News</title>
<meta property="article:published_time" content="2026-11-19T10:23:53+08:00"></head>
<body><article><h1>News</h1><p>One sentence of the news. Another one.</p></article></body></html>"""


def published(url):
    article = Article(url)
    article.download(input_html=PAGE)
    article.parse()
    return article.publish_date.isoformat()


plain, dated = published("http://example.org/news.html"), published("http://example.org/2026/11/19/news.html")
print(f"newspaper4k {version('newspaper4k')}: {plain} of /news.html, {dated} of /2026/11/19/news.html")
assert plain == "2026-11-19T10:23:53+08:00", plain
assert dated == "2026-11-19T00:00:00", dated
PY
"$folder/venv/bin/python" "$folder/read.py"
