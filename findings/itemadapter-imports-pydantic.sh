#!/bin/sh
# A good guess: itemadapter supports pydantic's models as items if they are used; a project whose items are dataclasses
# pays nothing for a pydantic that another package has installed.
# What happens: itemadapter 0.13 looks whether pydantic is installed by importing it, and Scrapy imports itemadapter in
# every command. With pydantic beside it, `import itemadapter` takes several times as long, `scrapy version` included.
# Why it matters here: settings checked by pydantic once cost each crawl from cron more in imports than the crawl of five
# lists that have nothing new. The settings are plain dataclasses now; a package that brings pydantic along undoes that.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check itemadapter==0.13.1
cat > "$folder/imports.py" <<'PY'
import sys
import time
from importlib.metadata import version

began = time.perf_counter()
import itemadapter  # noqa: E402, F401

seconds = time.perf_counter() - began
brought = "pydantic" in sys.modules
print(f"itemadapter {version('itemadapter')}: import of {seconds * 1000:.0f} ms, {len(sys.modules)} modules, pydantic: {brought}")
assert brought is (sys.argv[1] == "with"), brought
PY
"$folder/venv/bin/python" "$folder/imports.py" without
"$folder/venv/bin/pip" install -q --disable-pip-version-check pydantic==2.14.4
"$folder/venv/bin/python" "$folder/imports.py" with  # compiles
"$folder/venv/bin/python" "$folder/imports.py" with
