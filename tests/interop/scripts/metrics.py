"""Print the samples of finews that prometheus_client parses, as JSON lines: of a file, or of a URL."""

import json
import sys
from pathlib import Path
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

where = sys.argv[1]
text = urlopen(where).read().decode() if where.startswith("http:") else Path(where).read_text("utf-8")
for family in text_string_to_metric_families(text):
    if family.name.startswith("finews_"):
        for sample in family.samples:
            print(json.dumps([{**sample.labels, "__name__": sample.name}, sample.value]))
