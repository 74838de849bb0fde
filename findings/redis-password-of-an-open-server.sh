#!/bin/sh
# A good guess: a client with a password in its URL is refused by a Redis server that has none ("ERR AUTH <password>
# called without any password configured for the default user"), so that a URL with a password shows that the server
# needs one.
# What happens: redis-py 8 speaks RESP3 by default and sends the password with HELLO 3 AUTH default PASSWORD. The default
# user of such a server is `nopass`, for which any password is right, and only the older AUTH PASSWORD with one argument
# has the check above. With protocol=2 the same client is refused.
# Why it matters here: a forgotten `requirepass` goes unnoticed, with the password in every machine's settings, while
# whoever reaches the server can use it. So `scrapy doctor` connects once more without a password, and warns if it may.
set -eu
command -v redis-server >/dev/null || { echo "redis-server is needed"; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check redis==8.1.0
cat > "$folder/open.py" <<'PY'
import socket
import subprocess
import sys
import time

import redis

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", sys.argv[1]]
server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
try:
    end = time.monotonic() + 20
    while True:
        try:
            version = redis.Redis(port=port).info()["redis_version"]
            break
        except redis.ConnectionError:
            assert time.monotonic() < end, "redis-server does not start"
            time.sleep(0.05)
    found = {}
    for protocol in (None, 2):
        options = {} if protocol is None else {"protocol": protocol}
        try:
            client = redis.Redis.from_url(f"redis://:no-such-password@127.0.0.1:{port}", **options)
            found[protocol] = f"accepted: {client.set('key', 'value')}"
        except redis.RedisError as error:
            found[protocol] = f"{type(error).__name__}: {str(error)[:60]}"
finally:
    server.kill()
    server.wait()
print("redis-py", redis.__version__, "Redis", version)
for protocol, result in found.items():
    print(f"a password for a server without one, protocol={protocol}: {result}")
assert found[None] == "accepted: True", "the default protocol refuses it now"
assert found[2].startswith("AuthenticationError"), "RESP2 accepts it now"
PY
"$folder/venv/bin/python" "$folder/open.py" "$folder"
