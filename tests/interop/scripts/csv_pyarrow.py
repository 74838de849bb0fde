"""Print the rows of a CSV file as pyarrow reads them."""

import sys

from printing import show
from pyarrow import csv

options = csv.ParseOptions(newlines_in_values=True)
show(csv.read_csv(sys.argv[1], parse_options=options).to_pylist())
