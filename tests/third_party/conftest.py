"""Servers that nobody here wrote, each in a process of its own on loopback, over TLS, at a name that leads nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import pytest
import trustme
import urllib3.util.connection

LOOPBACK = "127.0.0.1"
STARTS_WITHIN = 30.0
"""Seconds."""

ANNOUNCES = re.compile(r"running on https://127\.0\.0\.1:(\d+)", re.IGNORECASE)
"""What each server prints when it listens, with the port that it was given."""


class Certificates:
    """A CA made on the spot, and what it issued for the names of the servers."""

    def __init__(self, folder: Path, *hosts: str) -> None:
        authority = trustme.CA()
        self.ca, self.key, self.certificate = (folder / name for name in ("ca.pem", "key.pem", "certificate.pem"))
        authority.cert_pem.write_to_path(self.ca)
        issued = authority.issue_cert(*hosts)
        issued.private_key_pem.write_to_path(self.key)
        for blob in issued.cert_chain_pems:
            blob.write_to_path(self.certificate, append=True)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """For every server of this folder."""
    return Certificates(tmp_path_factory.mktemp("tls"), "datasette.test", "shop.test", "json.test", "tracker.test")


@pytest.fixture
def serve(certificates: Certificates, tmp_path: Path) -> Iterator[Callable[[str, Sequence[object]], None]]:
    """Start a server: ``serve(host, command)``; from then on https://host leads to it, and no other host anywhere."""
    with ExitStack() as until_the_end:

        def begin(host: str, command: Sequence[object]) -> None:
            port = until_the_end.enter_context(_running(command, tmp_path / f"{host}.log"))
            until_the_end.enter_context(_leads_to(host, port, certificates.ca))

        yield begin


@contextmanager
def _running(command: Sequence[object], log: Path) -> Iterator[int]:
    """The server while the block lasts; the port on which it listens."""
    with log.open("wb") as written:
        process = subprocess.Popen([str(word) for word in command], stdout=written, stderr=subprocess.STDOUT)
    try:
        yield _port(process, log)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        if found := ANNOUNCES.search(log.read_text("utf-8")):
            return int(found[1])
        time.sleep(0.05)
    raise AssertionError(f"the server does not listen:\n{log.read_text('utf-8')[-2000:]}")


@contextmanager
def _leads_to(host: str, port: int, ca: Path) -> Iterator[None]:
    connect = urllib3.util.connection.create_connection

    def to_loopback(address: tuple[str, int], *args: object, **kwargs: object) -> object:
        assert address == (host, 443), f"only {host} may be reached, not {address}"
        return connect((LOOPBACK, port), *args, **kwargs)

    environment = {"REQUESTS_CA_BUNDLE": str(ca), "no_proxy": host, "NETRC": os.devnull}
    with (
        mock.patch.object(urllib3.util.connection, "create_connection", to_loopback),
        mock.patch.dict(os.environ, environment),
    ):
        yield
