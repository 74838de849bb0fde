"""Print the first column of each row of a statement, with apsw."""

import sys

import apsw

connection = apsw.Connection(sys.argv[1], flags=apsw.SQLITE_OPEN_READONLY)
for row in connection.cursor().execute(sys.argv[2]):
    print(row[0])
