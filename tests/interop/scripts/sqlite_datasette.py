"""Print what Datasette shows of an export: FOLDER rows, or the infoCodes of FOLDER search WORD, FOLDER query WORD."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

_, folder, how, *words = sys.argv
asked = {"rows": {}, "search": {"_search": words}, "query": {"words": words}}[how]
table = "search" if how == "query" else "article"
path = f"/articles/{table}.json?{urlencode({'_size': 'max', '_shape': 'array', **asked}, doseq=True)}"
command = [Path(sys.executable).with_name("datasette"), folder, "--get", path]
for row in json.loads(subprocess.run(command, check=True, capture_output=True).stdout):
    if how == "rows":
        print(json.dumps({**row, "origins": json.loads(row["origins"])}))
    else:
        print("NW" + re.findall(r"\d{18}", row["share_url"])[-1])
