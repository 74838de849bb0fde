"""Print the articles of a JSON or JSON lines file as pandas reads it."""

import sys

import pandas
from printing import show

show(pandas.read_json(sys.argv[1], lines=sys.argv[1].endswith("l")).to_dict("records"))
