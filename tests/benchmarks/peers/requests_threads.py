"""Articles by ``requests`` in threads, each written to a file: ``requests_threads.py URL CODES FOLDER THREADS``."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local

import requests

URL, CODES, FOLDER, THREADS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
own = local()


def fetch(code):
    if not hasattr(own, "session"):
        own.session = requests.Session()
    response = own.session.get(f"{URL}/NewsData/GetNewsText.do", params={"id": code}, timeout=30)
    response.raise_for_status()
    (FOLDER / f"{code}.json").write_bytes(response.content)


with ThreadPoolExecutor(THREADS) as pool:
    for _ in pool.map(fetch, CODES.read_text().split()):
        pass
