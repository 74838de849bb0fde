"""The site behind web servers: every URL of the sitemaps, and every file, with its type."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.interop.cells import Checks, Outcome, attempt, in_version, with_help
from tests.interop.daemons import daemon
from tests.interop.environments import node_with, program, run
from tests.interop.material import LocalSite, Material
from tests.interop.sites import ask_for_all
from tests.support.ports import free_port
from tests.test_nginx import adapted

CHECKS = Checks()
OUTPUT = "The site, served"
Command = Callable[[LocalSite, Path, int], Sequence[str | Path]]
LIGHTTPD = """
server.document-root = "{site}"
server.port = {port}
server.bind = "127.0.0.1"
index-file.names = ("index.html")
include_shell "/usr/share/lighttpd/create-mime.conf.pl"
"""
APACHE = """
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {scratch}/pid
Mutex file:{scratch} default
ErrorLog {scratch}/error.log
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
TypesConfig /etc/mime.types
User www-data
Group www-data
DocumentRoot {site}
DirectoryIndex index.html
"""


def ask(material: Material, command: Command, *, follows: bool = False) -> Outcome:
    site = material.local_site
    with tempfile.TemporaryDirectory(prefix="finews-server-") as name:
        port, scratch = free_port(), Path(name)
        with daemon(*command(site, scratch, port), port=port, cwd=scratch) as url:
            return ask_for_all(site, url, follows=follows)


def debian_version(package: str) -> str:
    return run("dpkg-query", "-W", "-f", "${Version}", package)


def configured(scratch: Path, name: str, text: str) -> Path:
    (scratch / name).write_text(text, "utf-8")
    return scratch / name


@CHECKS.add("server-nginx", OUTPUT, "nginx with deploy/nginx.conf")
def nginx(material: Material, _: str) -> Outcome:
    nginx = program("nginx", "nginx-light")

    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        (scratch / "site").symlink_to(site.folder)
        return nginx, "-p", scratch, "-c", configured(scratch, "nginx.conf", adapted(scratch, port)), "-e", "stderr"

    return in_version(debian_version("nginx"), ask(material, command))


@CHECKS.add("server-python", OUTPUT, "python -m http.server")
def python(material: Material, _: str) -> Outcome:
    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        return sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "--directory", site.folder, f"{port}"

    return in_version(sys.version.split()[0], ask(material, command))


@CHECKS.add("server-caddy", OUTPUT, "caddy file-server")
def caddy(material: Material, _: str) -> Outcome:
    caddy = program("caddy", "caddy")

    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        return caddy, "file-server", "--root", site.folder, "--listen", f"127.0.0.1:{port}"

    return in_version(debian_version("caddy"), ask(material, command))


@CHECKS.add("server-apache", OUTPUT, "Apache httpd")
def apache(material: Material, _: str) -> Outcome:
    apache = program("apache2", "apache2")

    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        scratch.chmod(0o755)  # for the user that it becomes
        shutil.copytree(site.folder, scratch / "site")
        text = APACHE.format(site=scratch / "site", port=port, scratch=scratch)
        return apache, "-X", "-d", scratch, "-f", configured(scratch, "apache.conf", text)

    return in_version(debian_version("apache2"), ask(material, command))


@CHECKS.add("server-lighttpd", OUTPUT, "lighttpd")
def lighttpd(material: Material, _: str) -> Outcome:
    lighttpd = program("lighttpd", "lighttpd")

    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        return lighttpd, "-D", "-f", configured(scratch, "conf", LIGHTTPD.format(site=site.folder, port=port))

    return in_version(debian_version("lighttpd"), ask(material, command))


@CHECKS.add("server-busybox", OUTPUT, "busybox httpd")
def busybox(material: Material, _: str) -> Outcome:
    busybox = program("busybox", "busybox")

    def served(*lines: str) -> Outcome:
        def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
            file = configured(scratch, "httpd.conf", "".join(f"{line}\n" for line in lines))
            return busybox, "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", site.folder.resolve(), "-c", file

        return ask(material, command)

    lines = ".xml:application/xml", ".svg:image/svg+xml", ".js:text/javascript"
    note = f"A file for `-c` with the lines {', '.join(f'`{line}`' for line in lines)}"
    return in_version(debian_version("busybox"), with_help(attempt(served), lambda: served(*lines), note))


@CHECKS.add("server-http-server", OUTPUT, "http-server (Node)", "14.1.1")
def http_server(material: Material, version: str) -> Outcome:
    modules = node_with(f"http-server@{version}")

    def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
        return modules / "node_modules/.bin/http-server", f"{site.folder}/", "-a", "127.0.0.1", "-p", f"{port}", "-s"

    return ask(material, command)


@CHECKS.add("server-serve", OUTPUT, "serve (Node)", "14.2.7")
def serve(material: Material, version: str) -> Outcome:
    modules = node_with(f"serve@{version}")

    def served(*, follows: bool = False) -> Outcome:
        def command(site: LocalSite, scratch: Path, port: int) -> Sequence[str | Path]:
            return modules / "node_modules/.bin/serve", "-l", f"tcp://127.0.0.1:{port}", "-n", site.folder.resolve()

        return ask(material, command, follows=follows)

    note = "It redirects each page to its address without `.html`, which browsers follow; take another server"
    return with_help(attempt(served), lambda: served(follows=True), note)
