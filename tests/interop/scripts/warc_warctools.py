"""Print the records of WARC files as warctools reads them; it hands on the whole block."""

import hashlib
import json
import sys

from hanzo.warctools import WarcRecord

for path in sys.argv[1:]:
    archive = WarcRecord.open_archive(path, gzip="auto", mode="rb")
    for record in archive:
        fields = {name.decode().lower(): value.decode() for name, value in record.headers}
        values = {
            "info_code": fields["warc-record-id"],
            "Type": fields["warc-type"],
            "Target-URI": fields.get("warc-target-uri", ""),
            "Date": fields["warc-date"],
            "Refers-To": fields.get("warc-refers-to", ""),
            "block": hashlib.sha256(record.content[1]).hexdigest(),
            "errors": [str(error) for error in record.errors],
        }
        print(json.dumps(values))
