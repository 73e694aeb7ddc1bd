"""``bizon-contract serve``: the described API as a real server on loopback."""

from __future__ import annotations

import errno
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from contract.cli import faults
from contract.cli.extras import needing
from contract.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from contract.description.api import Api, Stream
    from contract.description.auth import Auth
    from contract.simulation.network import Network
    from contract.simulation.server import Server


@click.command(short_help="Serve the described API.")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where to listen; default: any free port.")
@click.option("--tls", is_flag=True, help="HTTPS, with a certificate made on the spot.")
@click.option("--fault", "specs", multiple=True, metavar="SPEC", help="What goes wrong at which request: 503@2.")
@click.option("--records", type=click.IntRange(0, 100_000), default=50, show_default=True, help="Records per stream.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed, other records.")
def serve(file: Path, port: int, tls: bool, specs: tuple[str, ...], records: int, seed: int) -> None:
    """Serve the API that FILE describes, over HTTP on loopback, until Ctrl-C.

    A fault is STATUS@N, STATUS:Header=Value@N, reset@N, refused@N, timeout@N, cut@N or html@N. It strikes the N-th
    request, counted from 1; with N+ every request from there on.

    \b
    Examples:
      bizon-contract serve contract.yml --records 500
      bizon-contract serve contract.yml --port 8080 --fault 503@2 --fault 429:Retry-After=3@4
    """
    from contract.description.document import read

    rules = tuple(faults.parse(spec) for spec in specs)
    document = read(file)
    api = document.contract.api
    if api is None:
        raise DocumentError(f"{document.path}: there is nothing to serve; describe the API under `api:`")
    with needing("serve", "trustme"):
        from contract.serving import network as simulated
        from contract.simulation.faults import Schedule
        from contract.simulation.server import Server

    network = simulated(document, records=records, seed=seed, schedule=Schedule(rules))
    log = _logger(network)
    server = Server(network, tls=tls, port=port, origin=api.origins[0], log=log)
    try:
        with server:
            for line in _greeting(api, server):
                click.echo(line)
            server.serve_forever()
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise UsageError(f"port {port} cannot be listened on ({error.strerror}); choose another --port") from error
        raise
    click.echo(f"Stopped after {len(network.journal)} requests.")


def _logger(network: Network) -> Callable[[str], None]:
    def log(line: str) -> None:
        """Show ``METHOD URL OUTCOME`` as ``METHOD path -> OUTCOME``, and the fault that struck."""
        method, url, outcome = line.split(" ", 2)
        recent = network.journal[-20:]  # other threads may have added theirs meanwhile
        fault = next((each.fault for each in reversed(recent) if each.request.url == url), None)
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        click.echo(f"{method} {path} -> {outcome}{f' (fault: {fault.name})' if fault else ''}")

    return log


def _greeting(api: Api, server: Server) -> Iterator[str]:
    base = f"{server.url}{urlsplit(api.root).path}"
    yield f"{api.root} is served at {base}; Ctrl-C stops it"
    if server.tls:
        yield f"  CA file      {server.ca_file}"
    for name, stream in api.streams.items():
        yield f"  {name:<12} {stream.method} {base}{stream.path}"
    for number, auth in enumerate(api.auth):
        yield f"  {'accepts' if number == 0 else 'or':<12} {_credentials(auth, server)}"
    if not api.auth:
        yield "  accepts      everybody: no `auth` is described"
    yield "Try:"
    name, stream = next(iter(api.streams.items()))
    yield f"  {_curl(f'{base}{stream.path}', api, stream, server)}"
    yield ""


def _credentials(auth: Auth, server: Server) -> str:
    if auth.type == "bearer":
        return f"Authorization: Bearer {auth.token}"
    if auth.type == "api_key":
        return f"{auth.send} = {auth.prefix}{auth.token}"
    if auth.type == "basic":
        return f"basic {auth.username}:{auth.password}"
    if auth.type == "oauth":
        url = f"{server.url}{urlsplit(auth.token_url).path}"
        return f"oauth client {auth.client_id}, secret {auth.client_secret}, tokens at POST {url}"
    if auth.type == "cookies":
        return "cookies " + "; ".join(f"{key}={value}" for key, value in auth.cookies.items())
    return "no credentials"


def _curl(url: str, api: Api, stream: Stream, server: Server) -> str:
    words = ["curl"]
    if server.tls:
        words += ["--cacert", server.ca_file]
    if stream.method != "GET":
        words += ["-X", stream.method]
    for name, value in {**api.headers, **stream.headers}.items():
        words += ["-H", f"{name}: {value}"]
    for auth in api.auth:
        if auth.type == "bearer":
            words += ["-H", f"Authorization: Bearer {auth.token}"]
        elif auth.type == "api_key" and auth.send.where == "header":
            words += ["-H", f"{auth.send.keys[0]}: {auth.prefix}{auth.token}"]
        elif auth.type == "basic":
            words += ["-u", f"{auth.username}:{auth.password}"]
        elif auth.type == "cookies":
            words += ["-b", "; ".join(f"{key}={value}" for key, value in auth.cookies.items())]
        else:
            continue
        break
    return shlex.join([*words, url])
