"""Starts BIND, NSD and Knot on loopback addresses, each with the zones that it is given."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.message
import dns.query

from support.name_servers.odd import relay
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

NEEDED: Final = ("named", "nsd", "knotd", "dnssec-signzone", "dnssec-keygen")
PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
RESOLVER: Final = "127.0.0.1"
_BIND: Final = RESOLVER  # it listens at addresses of an interface alone
_PATIENCE: Final = 20.0  # seconds


def missing() -> list[str]:
    """Returns the programs that are not there."""
    return [program for program in NEEDED if not shutil.which(program, path=PATH)]


@contextmanager
def bind(folder: Path, address: str, port: int, zones: Mapping[str, str]) -> Iterator[None]:
    """Serves zones with BIND; a zone whose text it cannot load is answered with SERVFAIL."""
    listed = "".join(
        f'zone "{zone}" {{ type primary; file "{_file(folder, zone, text)}"; }};\n' for zone, text in zones.items()
    )
    (own,) = free_ports(1, [_BIND])
    options = (
        f"listen-on port {own} {{ {_BIND}; }}; recursion no; dnssec-validation no; notify no; "
        "check-names primary ignore; check-integrity no;"
    )
    with _named(folder, options, listed, _BIND, own), relay(address, port, (_BIND, own)):
        yield


@contextmanager
def recursor(folder: Path, port: int, root: str, anchor: str) -> Iterator[None]:
    """Runs BIND as a validating resolver whose root server is at `root`; `anchor` says which key it trusts."""
    hints = _file(folder, "hints", f". 3600 IN NS ns.root.\nns.root. 3600 IN A {root}\n")
    options = (
        f"port {port}; listen-on port {port} {{ {RESOLVER}; }}; recursion yes; dnssec-validation yes; servfail-ttl 0; "
        "resolver-query-timeout 3000; empty-zones-enable no; qname-minimization off;"
    )
    with _named(folder, options, f'zone "." {{ type hint; file "{hints}"; }};\n{anchor}', RESOLVER, port):
        yield


@contextmanager
def updatable(folder: Path, port: int, zone: tuple[str, str], keys: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """Serves a zone, its name and its text, with BIND; all questions are in its log.

    Each of the `keys` has a secret, and a policy that says which updates it may sign.
    """
    name, text = zone
    known = "".join(
        f'key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};\n' for key, (secret, _) in keys.items()
    )
    grants = " ".join(f"grant {key} {policy};" for key, (_, policy) in keys.items())
    options = f"listen-on port {port} {{ {RESOLVER}; }}; recursion no; dnssec-validation no; notify no; querylog yes;"
    listed = (
        f'zone "{name}" {{ type primary; file "{_file(folder, name, text)}"; update-policy {{ {grants} }}; '
        f"allow-transfer {{ any; }}; }};\n"
    )
    with _named(folder, options, known + listed, RESOLVER, port):
        yield


@contextmanager
def _named(folder: Path, options: str, rest: str, address: str, port: int) -> Iterator[None]:
    config = folder / "named.conf"
    config.write_text(
        f'options {{ directory "{folder}"; pid-file "{folder}/pid"; session-keyfile "{folder}/key"; '
        f"listen-on-v6 {{ none; }}; allow-transfer {{ none; }}; {options} }};\n"
        f"controls {{ }};\n{rest}"
    )
    with _running(["named", "-g", "-c", str(config)], folder, address, port):
        yield


@contextmanager
def nsd(folder: Path, address: str, port: int, zones: Mapping[str, str]) -> Iterator[None]:
    """Serves zones with NSD."""
    listed = "".join(
        f'zone:\n  name: "{zone}"\n  zonefile: "{_file(folder, zone, text)}"\n' for zone, text in zones.items()
    )
    config = folder / "nsd.conf"
    config.write_text(
        f'server:\n  ip-address: {address}@{port}\n  username: ""\n  chroot: ""\n  database: ""\n'
        f'  pidfile: "{folder}/pid"\n  zonelistfile: "{folder}/list"\n  xfrdfile: "{folder}/xfrd"\n'
        f'  xfrdir: "{folder}"\n  zonesdir: "{folder}"\n  rrl-ratelimit: 0\n'
        f"remote-control:\n  control-enable: no\n{listed}"
    )
    with _running(["nsd", "-d", "-c", str(config)], folder, address, port):
        yield


@contextmanager
def knot(folder: Path, address: str, port: int, zones: Mapping[str, str]) -> Iterator[None]:
    """Serves zones with Knot."""
    listed = "".join(f"  - domain: {zone}\n    file: {_file(folder, zone, text)}\n" for zone, text in zones.items())
    config = folder / "knot.conf"
    config.write_text(
        f"server:\n  rundir: {folder}\n  listen: {address}@{port}\ndatabase:\n  storage: {folder}/db\nzone:\n{listed}"
    )
    with _running(["knotd", "-c", str(config)], folder, address, port):
        yield


def _file(folder: Path, zone: str, text: str) -> Path:
    path = folder / f"{zone.strip('.') or 'root'}.zone"
    path.write_text(text)
    return path


@contextmanager
def _running(command: list[str], folder: Path, address: str, port: int) -> Iterator[None]:
    program = shutil.which(command[0], path=PATH)
    assert program
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen([program, *command[1:]], stdout=log, stderr=log) as process,
    ):
        try:
            _until_it_answers(process, folder, address, port)
            yield
        finally:
            process.terminate()


def _until_it_answers(process: subprocess.Popen[bytes], folder: Path, address: str, port: int) -> None:
    query = dns.message.make_query("version.bind", "TXT", "CH")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, (folder / "log").read_text()
        try:
            dns.query.udp(query, address, timeout=0.2, port=port)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.05)
        else:
            return
    raise AssertionError((folder / "log").read_text())
