"""Print the articles of a data directory: DATA pandas or DATA arrow, and the version of pandas that is to do it."""

import sys

import pandas
from printing import show

from finews_crawler import Archive

_, data, how, version = sys.argv
assert pandas.__version__ == version
with Archive.open(data) as archive:
    frame = archive.to_arrow().to_pandas() if how == "arrow" else pandas.DataFrame(archive.articles())
show(frame.to_dict("records"))
