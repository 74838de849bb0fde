#!/bin/sh
# A good guess: a TLS context, which reads every certificate of the system's store, is made when the first https request
# is sent. A client that only speaks http, or sends nothing, never pays for one.
# What happens: importing aiohttp 3.14 makes two of them, one that verifies and one that does not, since its connector
# module keeps both as constants. The import of a client that sends nothing spends a good part of its time on that.
# Why it matters here: a crawl from cron that finds nothing new sends six requests in half a second; the contexts are paid
# for by each of these runs, also when every host of the settings has http:// or a TLS context of its own.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5
cat > "$folder/contexts.py" <<'PY'
import ssl
import time
from importlib.metadata import version

spent = []
original = ssl.SSLContext.__new__


def counted(cls, *arguments):
    spent.append(cls.__name__)
    return original(cls, *arguments)


ssl.SSLContext.__new__ = counted
began = time.perf_counter()
import aiohttp  # noqa: E402

seconds = time.perf_counter() - began
print(f"aiohttp {version('aiohttp')}: {len(spent)} TLS contexts made by an import of {seconds * 1000:.0f} ms")
assert len(spent) == 2, spent
PY
"$folder/venv/bin/python" "$folder/contexts.py"
