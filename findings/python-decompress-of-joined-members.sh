#!/bin/sh
# A good guess: gzip.decompress(data) is the short way to write GzipFile(fileobj=BytesIO(data)).read(), and since it
# builds no file object, the faster one; so is the zstd module's decompress. Joined members or frames take as long as
# each of them alone.
# What happens: both copy the whole rest of the data after each member (`data = decompressor.unused_data`). The time of a
# member grows with the number of members, so that of the whole with its square: 8,000 members of 1.4 kB, 12 MB, take ten
# seconds instead of a quarter of one. A file object reads blocks, and is linear.
# Why it matters here: every record of a WARC file is a gzip member of its own, and every article in the index a frame of
# Zstandard. Recordings of a day have tens of thousands of records; they are read member by member out of blocks, and a
# page of articles is faster frame by frame than joined for one call.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check backports.zstd==1.8.0
cat > "$folder/members.py" <<'PY'
import gzip
import io
import platform
import random
import time
from collections.abc import Callable
from importlib.metadata import version

from backports import zstd

FEW, MANY, ROUNDS = 500, 4000, 2
random.seed(1)
record = "".join(random.choices([chr(0x4E00 + number) for number in range(2000)], k=700)).encode()
WAYS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip.decompress": (gzip.compress(record), gzip.decompress),
    "GzipFile": (gzip.compress(record), lambda data: gzip.GzipFile(fileobj=io.BytesIO(data)).read()),
    "zstd.decompress": (zstd.compress(record), zstd.decompress),
    "ZstdFile": (zstd.compress(record), lambda data: zstd.ZstdFile(io.BytesIO(data)).read()),
}


def seconds_each(member: bytes, number: int, decompress: Callable[[bytes], bytes]) -> float:
    joined, took = member * number, []
    for _ in range(ROUNDS):
        began = time.process_time()
        content = decompress(joined)
        took.append(time.process_time() - began)
        assert content == record * number
    return min(took) / number


print(f"Python {platform.python_version()}, backports.zstd {version('backports.zstd')}")
for name, (member, decompress) in WAYS.items():
    few, many = (seconds_each(member, number, decompress) for number in (FEW, MANY))
    print(f"{name}: {few * 1e6:.0f} µs a member of {FEW}, {many * 1e6:.0f} of {MANY}")
    is_linear = many < 2 * few
    assert is_linear is name.endswith("File"), "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/members.py"
