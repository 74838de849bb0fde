"""Fetch the URLs of a file with requests, recorded by warcio's capture_http."""

import sys
from importlib import import_module
from pathlib import Path

from warcio.capture_http import capture_http

urls, out = sys.argv[1:]
requests = import_module("requests")  # capture_http has to be imported before it
with capture_http(out):
    session = requests.Session()
    for url in Path(urls).read_text().split():
        session.get(url)
