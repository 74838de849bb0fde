"""Print the rows of a CSV file as Python's csv module reads them; a second argument: with long cells."""

import csv
import json
import sys
from pathlib import Path

if len(sys.argv) > 2:
    csv.field_size_limit(10**7)
with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        print(json.dumps(row))
