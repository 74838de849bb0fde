"""The check of FINEWS_CLUSTER, on real servers: each fault is named with the line that mends it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from finews_crawler.cluster import start
from finews_crawler.cluster.drain import drain, resume
from finews_crawler.cluster.problems import problem_of_access, problems_of
from finews_crawler.cluster.requeue import requeue
from finews_crawler.cluster.start import check_server, is_open
from finews_crawler.cluster.status import clear_queue, read_status
from finews_crawler.config.model import Config
from finews_crawler.exceptions import ClusterError
from finews_crawler.operate.doctor.cluster_checks import check_cluster
from tests.support.certificates import self_signed
from tests.support.dns import silent_name_servers
from tests.support.redis_server import running_redis, running_tls_redis

GOOD = {"redis_version": "7.0.15", "role": "master", "maxmemory_policy": "noeviction", "maxmemory": 0, "aof_enabled": 1}
PASSWORD = "secret-word"


def found(url: str) -> list[str]:
    """Return the warnings about the server at a URL."""
    return [result.text for result in check_cluster(Config(cluster=url)) if not result.is_ok]


def test_without_the_setting_nothing_is_checked() -> None:
    assert list(check_cluster(Config())) == []


def test_a_good_server_is_named(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        (result,) = check_cluster(Config(cluster=server.url))
        check_server(Config(cluster=server.url))
    assert result.is_ok
    assert result.text.endswith("in use, with an append-only file")


def test_a_queue_that_is_drained_is_named(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        assert drain(Config(cluster=server.url), 60, print)
        (text,) = found(server.url)
        assert resume(Config(cluster=server.url))
        assert found(server.url) == []
    assert text.endswith("run `finews cluster resume`")


def test_an_address_without_a_server_is_one_line() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        (text,) = found(f"redis://127.0.0.1:{bound.getsockname()[1]}")
    assert text.endswith("start it, or correct FINEWS_CLUSTER")


def test_a_silent_name_server_is_named_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "TIMEOUT", 0.2)
    began = time.monotonic()
    with silent_name_servers():
        (text,) = found("redis://redis.invalid:6379")
    problem = "Redis at redis.invalid:6379 cannot be used (no name server has answered within 0.2 s)"
    assert text == f"{problem}: check the name servers of this machine (/etc/resolv.conf)"
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("command", [read_status, clear_queue, resume, lambda config: requeue(config, None)])
def test_a_silent_name_server_is_named_by_the_commands_of_a_cluster(
    monkeypatch: pytest.MonkeyPatch, command: Callable[[Config], object]
) -> None:
    monkeypatch.setattr(start, "TIMEOUT", 0.2)
    with silent_name_servers(), pytest.raises(ClusterError, match=r"no name server has answered within 0.2 s"):
        command(Config(cluster="redis://redis.invalid:6379"))


@pytest.mark.parametrize(
    ("options", "line", "is_fatal"),
    [
        ("--appendonly no", "appendonly yes", False),
        ("--maxmemory 1gb --maxmemory-policy allkeys-lru", "maxmemory-policy noeviction", True),
        ("--maxmemory 1gb --maxmemory-policy volatile-ttl", "maxmemory-policy noeviction", False),
        ("--maxmemory 16mb", "maxmemory 256mb", False),
    ],
)
def test_the_line_that_is_given_mends_the_server(tmp_path: Path, options: str, line: str, is_fatal: bool) -> None:
    with running_redis(tmp_path, *options.split()) as server:
        config = Config(cluster=server.url)
        with ExitStack() as stack:
            if is_fatal:
                stack.enter_context(pytest.raises(ClusterError, match=line))
            check_server(config)
        (text,) = found(server.url)
        assert text.endswith(f"write `{line}` into redis.conf and run `redis-cli CONFIG SET {line}`")
        with server.client() as client:
            client.execute_command("CONFIG", "SET", *line.split())
        assert found(server.url) == []


def test_a_replica_is_refused(tmp_path: Path) -> None:
    with running_redis(tmp_path / "primary") as primary:
        of_primary = ("--replicaof", f"127.0.0.1 {primary.port}")
        with running_redis(tmp_path / "replica", *of_primary) as replica:
            (text,) = found(replica.url)
    assert text.endswith("is a replica: name its primary in FINEWS_CLUSTER")


@pytest.mark.parametrize(
    ("user", "hint"), [("", "correct user and password"), (":wrong-word@", "correct user and password")]
)
def test_a_wrong_password_is_named_and_not_shown(tmp_path: Path, user: str, hint: str) -> None:
    with running_redis(tmp_path, "--requirepass", PASSWORD, password=PASSWORD) as server:
        (text,) = found(f"redis://{user}127.0.0.1:{server.port}")
        assert found(f"redis://:{PASSWORD}@127.0.0.1:{server.port}") == []
    assert hint in text
    assert "wrong-word" not in text


def test_a_server_that_needs_no_password_is_open(tmp_path: Path) -> None:
    """Redis takes any password of its default user, as long as that has none."""
    with running_redis(tmp_path / "open") as server:
        assert is_open(Config(cluster=f"redis://:wrong-word@127.0.0.1:{server.port}"))
    with running_redis(tmp_path / "closed", "--requirepass", PASSWORD, password=PASSWORD) as server:
        assert not is_open(Config(cluster=server.url))


def test_a_user_without_rights_is_named(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        with server.client() as client:
            client.execute_command("ACL", "SETUSER", "poor", "on", ">word", "+ping")
        (text,) = found(f"redis://poor:word@127.0.0.1:{server.port}")
    assert text.endswith("give its user the rights of docs/cluster.md by ACL SETUSER")


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"redis_version": "6.0.16"}, "is version 6.0.16"),
        ({"redis_version": "5.0"}, "is version 5.0"),
        ({"aof_last_write_status": "err"}, "cannot write its append-only file"),
    ],
)
def test_what_info_reports(changed: dict[str, str], text: str) -> None:
    assert [problem.text for problem in problems_of(GOOD | changed)] == [text]
    assert list(problems_of(GOOD)) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_an_open_server_is_no_problem_on_loopback(host: str) -> None:
    assert problem_of_access(host) is None


@pytest.mark.parametrize("host", ["b.test", "10.0.0.7"])
def test_an_open_server_beyond_loopback_is_named(host: str) -> None:
    problem = problem_of_access(host)
    assert problem is not None
    assert problem.text.startswith("needs no password")
    assert not problem.is_fatal


def test_a_server_with_tls_is_used_and_its_faults_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    self_signed(tmp_path / "other.pem")
    with running_tls_redis(tmp_path / "redis") as server:
        address, (ca, client) = f"rediss://127.0.0.1:{server.port}", server.parameters.split("&", 1)
        assert found(server.url) == []
        for parameters in ("", f"?ssl_ca_certs={tmp_path / 'other.pem'}"):
            (untrusted,) = found(address + parameters)
            assert untrusted.endswith(
                "name the CA of its certificate: rediss://HOST?ssl_ca_certs=/PATH/ca.pem, or SSL_CERT_FILE"
            )
        (no_client,) = found(address + ca)
        assert "it may want a certificate: " in no_client
        (plain,) = found(f"redis://127.0.0.1:{server.port}")
        assert "use rediss:// if it has TLS at this port" in plain
        (missing,) = found(f"{address}?ssl_ca_certs={tmp_path / 'none.pem'}")
        assert missing.endswith("is not a file that can be read")
        monkeypatch.setenv("SSL_CERT_FILE", ca.partition("=")[2])
        assert found(f"{address}?{client}") == []


def test_tls_is_asked_of_a_server_without_it(tmp_path: Path) -> None:
    with running_redis(tmp_path) as server:
        (text,) = found(f"rediss://127.0.0.1:{server.port}")
    assert text.endswith("set tls-port in redis.conf; without TLS at this port it is redis://")
