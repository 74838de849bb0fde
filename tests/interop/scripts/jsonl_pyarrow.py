"""Print the articles of a JSON lines file as pyarrow reads it; further arguments: columns with times.

It takes a day for a time unless it is told that it is text.
"""

import sys

import pyarrow
from printing import show
from pyarrow import json

_, file, *times = sys.argv
types = [("day", pyarrow.string()), *((name, pyarrow.timestamp("s", "Asia/Shanghai")) for name in times)]
options = json.ParseOptions(explicit_schema=pyarrow.schema(types) if times else None)
show(json.read_json(file, parse_options=options).to_pylist())
