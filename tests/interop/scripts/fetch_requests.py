"""Fetch the URLs of a file: behind a prefix, such as that of an archive that records, or through a proxy."""

import sys
import urllib.error
import urllib.request
from pathlib import Path

urls, prefix, proxy = sys.argv[1:]
handler = urllib.request.ProxyHandler({"http": proxy} if proxy else {})
opener = urllib.request.build_opener(handler)
for url in Path(urls).read_text().split():
    request = urllib.request.Request(prefix + url, headers={"Accept-Encoding": "gzip"})
    try:
        opener.open(request).read()
    except urllib.error.HTTPError as error:
        error.read()
