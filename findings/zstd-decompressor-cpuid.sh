#!/bin/sh
# A good guess: an object of Python's zstd module that decompresses one frame is cheap to make. It allocates memory, and
# what the processor can do is looked up once for a process; to decompress an article's 6 kB takes longer than to make it.
# What happens: ZSTD_createDCtx of the Zstandard library executes CPUID twice for each object, and so does each call of
# zstd.decompress. A virtual machine does not execute that instruction, its hypervisor answers: to make the object takes
# two thirds of the time of decompress, 7 of 11 µs. The module has no way to use an object again. The package
# zstandard has: its ZstdDecompressor.decompress takes 3 µs.
# Why it matters here: each article in the index is a frame. An export of 50,000 as JSON lines took an eighth longer on a
# virtual machine, which most servers are, and no profile of Python or of memory shows why.
set -eu
command -v objdump > /dev/null || { echo "needs objdump: Debian's package binutils" >&2; exit 2; }
[ "$(uname -m)" = x86_64 ] || { echo "needs x86-64: other processors have no CPUID" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check backports.zstd==1.8.0 zstandard==0.25.0
cat > "$folder/frames.py" <<'PY'
import platform
import random
import subprocess
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import backports.zstd._zstd as module
import zstandard
from backports import zstd

random.seed(1)
words = ["".join(chr(0x4E00 + random.randrange(2000)) for _ in range(20)) for _ in range(30)]
frame = zstd.compress("".join(random.choices(words, k=100)).encode())
reused = zstandard.ZstdDecompressor()


def microseconds(call: Callable[[], object]) -> float:
    """Return the smallest time of a call, of several thousands."""
    took = []
    for _ in range(10):
        began = time.process_time()
        for _ in range(2000):
            call()
        took.append(time.process_time() - began)
    return min(took) / 2000 * 1e6


code = subprocess.check_output(["objdump", "-d", "--disassemble=ZSTD_createDCtx", module.__file__], text=True)
executed = sum(line.split()[-1] == "cpuid" for line in code.splitlines() if line.strip())
make, whole = microseconds(zstd.ZstdDecompressor), microseconds(lambda: zstd.decompress(frame))
again = microseconds(lambda: reused.decompress(frame))
is_virtual = " hypervisor" in Path("/proc/cpuinfo").read_text()
print(f"Python {platform.python_version()}, backports.zstd {version('backports.zstd')}, Zstandard {zstd.zstd_version}")
print(f"ZSTD_createDCtx has {executed} CPUID; virtual machine: {is_virtual}")
print(f"make {make:.1f} µs, zstd.decompress {whole:.1f} µs, zstandard {version('zstandard')} {again:.1f} µs")
assert executed == 2, "the behaviour has changed"
assert not is_virtual or make > whole / 2 > again / 2, "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/frames.py"
