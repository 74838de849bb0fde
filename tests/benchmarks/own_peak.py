"""A command of Scrapy's in a process of its own, which says at the end how much memory it took at most."""

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
"""For ``python -c``, with the command's arguments. The last line that it prints is the peak in MiB: its own, while
``ru_maxrss`` would be that of the process which started it, where that is the larger."""
