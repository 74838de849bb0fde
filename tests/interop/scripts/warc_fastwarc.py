"""Print the records of WARC files as FastWARC reads them, with the result of its check of the digests."""

import hashlib
import json
import sys
from pathlib import Path

from fastwarc.warc import ArchiveIterator


def fields_of(record):
    return {name.lower(): value for name, value in record.headers.items()}


def digests_of(path):
    """The checks consume the block, so they have an iteration of their own."""
    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            yield record.verify_block_digest()


def payloads_of(path):
    with Path(path).open("rb") as file:
        for record in ArchiveIterator(file, parse_http=True):
            has_payload = "warc-payload-digest" in fields_of(record)
            yield record.verify_payload_digest() if has_payload else True


for path in sys.argv[1:]:
    checks = zip(digests_of(path), payloads_of(path), strict=True)
    with Path(path).open("rb") as file:
        for record, (block, payload) in zip(ArchiveIterator(file, parse_http=True), checks, strict=True):
            fields = fields_of(record)
            is_answer = fields["warc-type"] in ("response", "revisit")
            values = {
                "info_code": fields["warc-record-id"],
                "Type": fields["warc-type"],
                "Target-URI": fields.get("warc-target-uri", ""),
                "Date": fields["warc-date"],
                "Refers-To": fields.get("warc-refers-to", ""),
                "status": record.http_headers.status_code if is_answer else None,
                "payload": hashlib.sha256(record.reader.read()).hexdigest(),
                "digests": bool(block and payload),
            }
            print(json.dumps(values))
