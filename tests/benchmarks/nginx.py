"""An nginx of the benchmark's own, on loopback: the origin's files at once and again with a delay, or a built site."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measure import BenchmarkError

DELAY_MS = 50
LOOPBACK = "127.0.0.1"
MISSING = "missing: {}. Install and try again: sudo apt-get install nginx-light libnginx-mod-http-echo"
ECHO_MODULES = ("/usr/lib/nginx/modules/ngx_http_echo_module.so", "/usr/share/nginx/modules/ngx_http_echo_module.so")
SECONDS_TO_START = 10
ID = re.compile(r"[?&]id=(\w+)")
CONFIGURATION = """
load_module {echo};
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    log_format times '$server_port $msec $request_time $status $request_uri';
    access_log {folder}/access.log times;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    default_type application/json;
    charset utf-8;
    charset_types application/json;
    types {{ text/plain txt; }}
    sendfile on;
    tcp_nodelay on;
    keepalive_requests 1000000;
    root {files};
    server {{
        listen {address}:{port};
        location = /NewsData/GetNewsText.do {{ try_files /articles/$arg_id.json /missing.json; }}
        location = /web/webapi {{ try_files /lists/$arg_type.json =404; }}
        location = /information/newmarket/web/webapi {{ try_files /lists/market-$arg_marketType.json =404; }}
    }}
    server {{
        listen {address}:{slow_port};
        location = /NewsData/GetNewsText.do {{ echo_sleep {delay}; echo_exec @article; }}
        location @article {{ try_files /articles/$arg_id.json /missing.json; }}
    }}
}}
"""


SITE = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    default_type application/octet-stream;
    types {{ text/html html; text/css css; text/javascript js; application/json json; image/svg+xml svg; }}
    sendfile on;
    tcp_nodelay on;
    server {{
        listen 127.0.0.1:{port};
        root {files};
    }}
}}
"""


@dataclass(frozen=True)
class Server:
    """A running nginx. The URLs have no slash at the end."""

    files: Path
    url: str
    slow_url: str
    """The same articles, each DELAY_MS later."""
    log: Path

    @property
    def process_id(self) -> int:
        """That of the process that serves: nginx has one that only starts it."""
        first = self.log.with_name("nginx.pid").read_text(encoding="ascii").strip()
        return int(Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()[0])

    @property
    def codes(self) -> Path:
        return self.files / "codes.txt"

    def begin(self) -> int:
        """Return the position from which ``window`` reads the log."""
        return self.log.stat().st_size

    def requests(self, position: int) -> int:
        """Return the number of requests since ``begin``."""
        with self.log.open(encoding="ascii") as log:
            log.seek(position)
            return sum(1 for _ in log)

    def arrivals(self, position: int = 0) -> list[tuple[float, str]]:
        """Return the time of each request for an article since ``begin``, to the millisecond, and its infoCode."""
        with self.log.open(encoding="ascii") as log:
            log.seek(position)
            lines = [line.split() for line in log if "GetNewsText" in line]
        return sorted((float(end) - float(seconds), ID.findall(uri)[0]) for _, end, seconds, _, uri in lines)

    def window(self, position: int) -> tuple[float, int]:
        """Return the seconds from the first request for an article to the last response, and their number.

        Raises BenchmarkError if a response was not 200.
        """
        with self.log.open(encoding="ascii") as log:
            log.seek(position)
            lines = [line.split() for line in log if "GetNewsText" in line]
        if not lines or any(status != "200" for _, _, _, status, _ in lines):
            raise BenchmarkError(f"nginx had {len(lines)} requests, and has not served all")
        ends = [float(end) for _, end, *_ in lines]
        begins = [float(end) - float(seconds) for _, end, seconds, *_ in lines]
        return max(ends) - min(begins), len(lines)


@contextmanager
def serving(files: Path, address: str = LOOPBACK) -> Iterator[Server]:
    """Serve *files*, as ``origin_files`` writes them, while the block runs. Raises BenchmarkError.

    *address*: loopback, or that of a namespace without a way out.
    """
    echo = next((path for path in ECHO_MODULES if Path(path).exists()), None)
    if echo is None:
        raise BenchmarkError(MISSING.format("the echo module of nginx"))
    port, slow_port = free_ports(2, address)
    values = {"address": address, "echo": echo, "slow_port": slow_port, "delay": DELAY_MS / 1000}
    with running(CONFIGURATION, port, files=files, **values) as folder:
        log = folder / "access.log"
        yield Server(files, f"http://{address}:{port}", f"http://{address}:{slow_port}", log)


@contextmanager
def serving_site(files: Path) -> Iterator[str]:
    """Serve a built site while the block runs, without compression. Yield its URL. Raises BenchmarkError."""
    (port,) = free_ports(1)
    with running(SITE, port, files=files.resolve()):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running(configuration: str, port: int, **values: object) -> Iterator[Path]:
    """Run nginx while the block runs. Yield the folder with its log. Raises BenchmarkError."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise BenchmarkError(MISSING.format("nginx"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "access.log").touch()
        user = "user root;" if os.geteuid() == 0 else ""
        file = folder / "nginx.conf"
        file.write_text(configuration.format(user=user, folder=folder, port=port, **values), encoding="utf-8")
        process = subprocess.Popen([program, "-p", name, "-c", file, "-e", folder / "error.log"])
        try:
            wait_for(port, process, folder / "error.log", str(values.get("address", LOOPBACK)))
            yield folder
        finally:
            process.terminate()
            process.wait()


def free_ports(number: int, address: str = LOOPBACK) -> list[int]:
    """Return ports of *address* that are free now."""
    sockets = [socket.create_server((address, 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port: int, process: subprocess.Popen[bytes], error_log: Path, address: str = LOOPBACK) -> None:
    """Wait until the server accepts connections. Raises BenchmarkError with its errors if it does not."""
    end = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    errors = error_log.read_text(encoding="utf-8") if error_log.exists() else ""
    raise BenchmarkError(f"nginx has not started: {errors}")
