"""Print the rows of a CSV file as pandas reads them; a second argument: only empty cells are missing values."""

import sys

import pandas
from printing import show

options = {"keep_default_na": False, "na_values": [""]} if len(sys.argv) > 2 else {}
show(pandas.read_csv(sys.argv[1], **options).to_dict("records"))
