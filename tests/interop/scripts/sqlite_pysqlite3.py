"""Print the first column of each row of a statement, with pysqlite3."""

import sys

import pysqlite3

for row in pysqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True).execute(sys.argv[2]):
    print(row[0])
