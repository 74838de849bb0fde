"""Print the records of WARC files as warcio reads them, with the result of its check of the digests."""

import hashlib
import json
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

for path in sys.argv[1:]:
    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            fields, http = record.rec_headers, record.http_headers
            body = record.raw_stream.read()
            values = {
                "info_code": fields.get_header("WARC-Record-ID"),
                "Type": record.rec_type,
                "Target-URI": fields.get_header("WARC-Target-URI") or "",
                "Date": fields.get_header("WARC-Date"),
                "Refers-To": fields.get_header("WARC-Refers-To") or "",
                "status": int(http.get_statuscode()) if http and record.rec_type != "request" else None,
                "payload": hashlib.sha256(body).hexdigest(),
                "digests": record.digest_checker.passed is not False,
            }
            print(json.dumps(values))
