"""Print the rows of a CSV file as polars reads them."""

import sys

import polars
from printing import show

show(polars.read_csv(sys.argv[1], try_parse_dates=True).to_dicts())
