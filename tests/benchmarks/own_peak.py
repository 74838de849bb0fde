"""A Scrapy command in its own process that prints its peak memory."""

from __future__ import annotations

COMMAND = """
import sys
from pathlib import Path
from scrapy.cmdline import execute
try:
    execute(["scrapy", *sys.argv[1:]])
finally:
    status = Path("/proc/self/status").read_text().splitlines()
    print(next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")))
"""
"""For ``python -c``, with the command's arguments. The last line of output is the peak in MiB.
``ru_maxrss`` would report the parent's peak if that is larger."""
