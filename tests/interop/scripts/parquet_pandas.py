"""Print the articles of a folder of Parquet files as pandas reads them, with the package that is installed."""

import sys

import pandas
from printing import show

frame = pandas.read_parquet(sys.argv[1])
assert (frame["month"].astype(str).str[:7] == frame["published_at"].dt.strftime("%Y-%m")).all()
show(frame.to_dict("records"))
