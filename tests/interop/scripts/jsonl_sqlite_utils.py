"""Print the articles of JSON lines on standard input as sqlite-utils stores them: nested values are JSON."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from printing import show
from sqlite_utils import Database

with TemporaryDirectory() as folder:
    file = f"{folder}/articles.db"
    command = Path(sys.executable).with_name("sqlite-utils")
    subprocess.run([command, "insert", file, "article", "-", "--nl", "--pk", "info_code"], check=True)
    rows = list(Database(file)["article"].rows_where(order_by="rowid"))
for row in rows:
    row.update({name: json.loads(row[name]) for name in ("tickers", "images", "origins")})
show(rows)
