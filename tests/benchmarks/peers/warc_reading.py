"""A bare reading of WARC files by warcio, every body decoded: ``warc_reading.py FILE …``."""

import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

for name in sys.argv[1:]:
    with Path(name).open("rb") as file:
        for record in ArchiveIterator(file):
            record.content_stream().read()
