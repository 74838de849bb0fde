"""The named fields of WARC records that are both written and read here."""

from __future__ import annotations

RECORD_ID = "WARC-Record-ID"
WARCINFO_ID = "WARC-Warcinfo-ID"
CONCURRENT_TO = "WARC-Concurrent-To"
CONTENT_TYPE = "Content-Type"
DATE = "WARC-Date"
TARGET = "WARC-Target-URI"
KIND = "WARC-Type"
IP_ADDRESS = "WARC-IP-Address"
PAYLOAD_DIGEST = "WARC-Payload-Digest"
REFERS_TO = "WARC-Refers-To"
REFERS_TO_TARGET = "WARC-Refers-To-Target-URI"
REFERS_TO_DATE = "WARC-Refers-To-Date"
BODY_ENCODING = "Finews-Content-Encoding"
"""Ours: the Content-Encoding of a body that has no head to say it."""

RUN, SPIDER, ARGUMENTS = "isPartOf", "spider", "arguments"
"""Of a warcinfo's block: which run it belongs to, what ran, and the ``-a`` that it takes to run it again, as JSON."""
FAILURE = "failure"
"""Of a ``metadata`` record's block: why there is no answer."""
