"""Print the articles of a JSON lines file as polars reads it."""

import sys

import polars
from printing import show

show(polars.scan_ndjson(sys.argv[1]).collect().to_dicts())
